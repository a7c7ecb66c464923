import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import {
  EVENT_NAMES,
  type CloudEvents,
  type EventName,
} from "@background-tasks/cloud/api/events.ts";
import type { Mail, SmtpSinkOptions } from "@background-tasks/cloud/network/smtpSink.ts";
import { outputsSchema, type Outputs } from "../../stack/outputs.ts";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import { createClient, fromEnvironment, type Client } from "../../../../tasks/client/client.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../../../test/support/fixtureProject.ts";

/** For what hangs: a slow machine is no failure. */
const TIMEOUT_MS = 300_000;

/** A local cloud on free ports, with nothing deployed yet. */
export interface TestStack extends AsyncDisposable {
  readonly local: LocalStack;
  /** Google's API, as the owner of the project. */
  readonly api: Api;
  readonly mails: readonly Mail[];
  /** The events of a name so far. */
  events<Name extends EventName>(name: Name): readonly CloudEvents[Name][];
  /** The first event that matches, be it past or still to come. */
  event<Name extends EventName>(
    name: Name,
    matches?: (event: CloudEvents[Name]) => boolean,
  ): Promise<CloudEvents[Name]>;
  /** Applies the program. Returns its outputs. */
  deploy(): Promise<Outputs>;
  /** A producer's client, which is the owner of the project. */
  client(outputs: Outputs): Client<typeof contract>;
}

/** Starts a local cloud for the project in a folder. `answer` is what its mail server says. */
export async function startTestStack(
  answer?: SmtpSinkOptions["answer"],
  directory = FIXTURE,
): Promise<TestStack> {
  const mails: Mail[] = [];
  const local = await startLocalStack({
    directory,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: () => undefined,
    onOutput: () => undefined,
    onMail: (mail) => mails.push(mail),
    ...(answer && { answer }),
  });
  const heard = new Map<EventName, unknown[]>(EVENT_NAMES.map((name) => [name, []]));
  for (const name of EVENT_NAMES) {
    local.cloud.events.on(name, (event) => heard.get(name)!.push(event));
  }
  const events = <Name extends EventName>(name: Name) =>
    heard.get(name) as unknown as CloudEvents[Name][];

  return {
    local,
    api: apiAt(local.cloud.endpoint),
    mails,
    events,
    event<Name extends EventName>(
      name: Name,
      matches: (event: CloudEvents[Name]) => boolean = () => true,
    ) {
      return new Promise<CloudEvents[Name]>((resolve, reject) => {
        const past = events(name).find(matches);
        if (past) {
          resolve(past);
          return;
        }
        const timer = setTimeout(() => {
          const known = JSON.stringify([...heard], null, 1);
          reject(
            new Error(`No such event '${name}' within ${TIMEOUT_MS} ms. There were: ${known}`),
          );
        }, TIMEOUT_MS);
        const off = local.cloud.events.on(name, (event) => {
          if (!matches(event)) return;
          clearTimeout(timer);
          off();
          resolve(event);
        });
      });
    },
    async deploy() {
      expect(await local.stack.apply()).toBeUndefined();
      return outputsSchema.parse(local.stack.outputs);
    },
    client: ({ clientEnvironment }) => createClient(contract, fromEnvironment(clientEnvironment)),
    [Symbol.asyncDispose]: () => local.stop(),
  };
}
