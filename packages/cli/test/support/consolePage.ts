import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";
import { consoleCalls } from "../../console/server/calls.ts";
import type { Calls } from "../../console/server/call.ts";
import type { ConsoleContext } from "../../console/server/context.ts";
import { makeConsole } from "../../console/server/server.ts";
import { consoleContext } from "./consoleContext.ts";
import type { OperatorCloud } from "./operatorCloud.ts";

const TOKEN = "t".repeat(43);

/** The console's page in a browser, over a stack on a local cloud of virtual time. */
export interface ConsolePage extends AsyncDisposable {
  readonly page: Page;
  readonly address: string;
  /** Loads a view anew: `queue/email`. */
  open(view: string): Promise<void>;
  /** Tells the page of an event, as a local cloud does. */
  tell<Name extends EventName>(name: Name, event: CloudEvents[Name]): void;
}

export interface ConsolePageOptions {
  /** Whether it is the page of `npm start`, which is told of events. @default true */
  readonly isLocal?: boolean;
  /** What is answered otherwise than the stack would. */
  readonly answers?: Readonly<Record<string, () => unknown>>;
  readonly context?: Partial<ConsoleContext>;
}

/** Serves the page, and opens a tab of its own. */
export async function openConsolePage(
  browser: Browser,
  cloud: OperatorCloud,
  { isLocal = true, answers = {}, context: more }: ConsolePageOptions = {},
): Promise<ConsolePage> {
  const { endpoint } = cloud.cloud;
  const context = consoleContext(cloud, {
    ...(isLocal && {
      isOnLocalCloud: true,
      local: { endpoint, framesOf: () => [], mails: () => [] },
    }),
    ...more,
  });
  const own: Calls = consoleCalls(context);
  const calls = Object.entries(own).map(([name, call]) => {
    const answer = answers[name];
    return [name, answer ? { ...call, run: answer } : call] as const;
  });
  const answer = makeConsole({ token: TOKEN, calls: Object.fromEntries(calls) });
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/local/v1/events") !== true) {
      answer(request, response);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    streams.add(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tab = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  tab.setDefaultTimeout(15_000);
  const page = await tab.newPage();
  let number = 0;
  return {
    ...{ page, address },
    async open(view) {
      await page.goto("about:blank");
      await page.goto(`${address}/#${TOKEN}/${view}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (isLocal) await page.getByText("● live").waitFor();
    },
    tell(name, event) {
      number += 1;
      const data = JSON.stringify({ time: +cloud.cloud.now(), ...event });
      for (const one of streams) one.write(`id: ${number}\nevent: ${name}\ndata: ${data}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      await tab.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
