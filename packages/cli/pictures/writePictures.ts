import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import { createClient, fromEnvironment } from "../../../tasks/client/client.ts";
import type { TaskTable } from "../../../tasks/contract/contract.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { startLocalStack } from "../start/localStack.ts";
import { makeFramesOf } from "../command/stackFrames.ts";
import { startBrowser } from "./browser.ts";
import { localConsole } from "../console/startConsole.ts";
import { localConsoleLink } from "../console/token.ts";

/*
 * `npm run console:docs [folder]`: writes the pictures of the console that README and docs/console.md show. They are of
 * a stack of their own, on a clock that stands still: from one run to the next only the time of day differs.
 */

const FOLDER = process.argv[2] ?? "docs/pictures";
/** The pictures have a contract and handlers of their own, whatever the stack's are. */
const PROJECT = "test/fixtures/project";
const SIZE = { width: 1100, height: 840 };
/** Mails that wait, and how often the page sees fewer of them. */
const BACKLOG = 900;
const STEPS = 10;

/** What the mail server says for good, by the domain. */
const REFUSALS: Readonly<Record<string, string>> = {
  "closed.example": "No such user here",
  "full.example": "The mailbox is full",
};

/** Mails that end for good, one after another: what they are about, and how many of either domain. */
const DEATHS = [
  ["welcome", 1, 2],
  ["reminder", 0, 4],
  ["receipt", 1, 1],
  ["survey", 2, 0],
  ["news", 0, 0],
  ["offer", 0, 2],
] as const;

const framesOf = makeFramesOf((path) => readFileSync(resolve(PROJECT, path)));
const contract = await loadContract(PROJECT);
const page = localConsole({ framesOf, contract: async () => contract, say: console.error });
const local = await startLocalStack({
  ...{ directory: PROJECT, port: 0, insidePort: 0, smtpPort: 0, clock: "virtual" },
  ...{ allowHost: [], inspect: false, onChange: () => undefined, onOutput: () => undefined },
  onMail: page.onMail,
  ownAnswer: page.ownAnswer,
  answer(address) {
    const domain = address.slice(address.indexOf("@") + 1);
    if (domain === "busy.example") return { code: 451, message: "Try again later" };
    const message = REFUSALS[domain];
    return message === undefined ? undefined : { code: 550, message };
  },
});
try {
  await mkdir(FOLDER, { recursive: true });
  await write();
} finally {
  await local.stop();
}

async function write(): Promise<void> {
  const { cloud, stack } = local;
  const problem = await stack.apply();
  if (problem !== undefined) throw new Error(problem);
  page.open(cloud);
  await post("/local/v1/faults", { on: "delivery", delay: "0.18s" });

  const client = createClient<TaskTable>(
    contract,
    fromEnvironment(stack.outputs?.["clientEnvironment"] as Record<string, string>),
  );
  const mails = async (count: number, domain: string, about: string): Promise<string> => {
    const results = await client.enqueueMany(
      Array.from({ length: count }, (_, n) => ({
        task: "send-email",
        payload: { to: `customer-${n}@${domain}`, subject: about, text: "Thank you." },
        id: `${about}/${domain}/${n}`,
      })),
    );
    for (const result of results) if (!result.ok) throw result.error;
    return results[0]?.ok === true ? (results[0].name.split("/").at(-1) ?? "") : "";
  };
  for (const [about, closed, full] of DEATHS) {
    await mails(closed, "closed.example", about);
    await mails(full, "full.example", about);
    await advance("12s");
    // When a task ended is told by the worker's own clock.
    await wait(1200);
  }

  const browser = await startBrowser();
  try {
    const tab = await browser.newPage({ viewport: SIZE, timezoneId: "UTC" });
    const open = async (view: string, shows: string): Promise<void> => {
      await tab.goto(localConsoleLink(cloud, view));
      await tab.getByText("● live").waitFor();
      await tab.getByText(shows).first().waitFor();
    };
    const busy = await mails(1, "busy.example", "invoice");
    await advance("0.6s");
    await open(`task/${busy}`, "Where it was thrown");
    await take(tab, "console-task");

    await open("dead-letters", "The mailbox is full");
    await tab.setViewportSize({ ...SIZE, height: 900 });
    await tab.getByRole("button", { name: "Tick all" }).click();
    await tab.getByRole("button", { name: "Dry run" }).click();
    await tab.getByText("would be redriven").waitFor();
    await take(tab, "console-dead-letters");

    await open("overview", "delivery 1");
    // What happens is at its end.
    await tab.setViewportSize({ ...SIZE, height: 1120 });
    await mails(BACKLOG, "example.com", "newsletter");
    for (let step = 0; step < STEPS; step += 1) {
      const drawn = tab.waitForResponse(/\/console\/v1\/overview/);
      await advance("3s");
      await drawn;
    }
    await take(tab, "console-overview");
  } finally {
    await browser.close();
  }
}

async function take(tab: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
  await tab.screenshot({ path, animations: "disabled" });
  console.log(path);
}

async function advance(by: string): Promise<void> {
  await post("/local/v1/clock:advance", { by });
}

async function post(path: string, body: unknown): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`${local.cloud.endpoint}${path}`, init);
  if (!response.ok) throw new Error(await response.text());
}
