import { LOCAL_OUTPUTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { commandsIn } from "../../../../test/engine/documents.ts";
import { outputsSchema } from "../../stack/outputs.ts";
import { makeDie, type Death } from "../support/dying.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { RunningScript } from "../support/runningScript.ts";

/*
 * docs/dead-letters.md as it is written: each of its commands in a process of its own, on a whole 'npm start'.
 */

/** Far from where anybody's own 'npm start' listens. */
const OFFSET = 19_000 + (process.pid % 1000) * 8;
const PORT = OFFSET + 8123;

const mailTo = (to: string): string => JSON.stringify({ to, subject: "Hello", text: "It works." });
const REFUSED: Death = { body: mailTo("ada@example.com"), cause: "7f3a91c2" };
const NOBODY: Death = { body: mailTo("nobody"), cause: "0b1e44d8", error: "550 No such user" };
const OTHER: Death = { body: mailTo("ada@example.com"), cause: "c4d9002e", error: "It was late." };
const RETIRED: Death = { ...OTHER, queue: "old" };

const project = new ProjectCopy();
let cloud: RunningScript;
/** The ids of the dead letters that there are at first. */
let ids: string[];

beforeAll(async () => {
  const args = ["start", `--port-offset=${OFFSET}`, "--no-type-check"];
  cloud = new RunningScript("packages/cli/main.ts", args, {
    cwd: project.directory,
    env: project.env,
  });
  await cloud.line(/^Ready in /);
  const endpoint = `http://127.0.0.1:${PORT}`;
  const outputs = await (await fetch(endpoint + LOCAL_OUTPUTS_PATH)).json();
  const { queues } = outputsSchema.parse(outputs).operations;
  const die = makeDie({ endpoint, queues, now: () => new Date() });
  ids = [];
  for (const death of [REFUSED, REFUSED, NOBODY, NOBODY, NOBODY, RETIRED, OTHER, OTHER]) {
    ids.push(await die(ids.length, death));
  }
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

/** Types a command. There is no terminal to ask at, so that what asks is told before. */
async function type(command: string): Promise<{ code: number | null; told: string }> {
  const args = command
    .replace(/^npm run tasks -- /, "")
    .replace(" --stack prod", "")
    .match(/'[^']*'|\S+/g)!
    .map((arg) => arg.replaceAll("'", ""));
  const asks = /^(?:redrive|discard|bury|import)$/.test(args[0]!) ? ["--yes"] : [];
  await using ran = new RunningScript(
    "packages/cli/main.ts",
    [...args, `--port=${PORT}`, ...asks],
    {
      cwd: project.directory,
      // Journals are kept from one to the next.
      env: { ...project.env, XDG_STATE_HOME: project.directory },
    },
  );
  const { code } = await ran.ended;
  return { code, told: [...ran.stdout, ...ran.stderr].join("\n") };
}

/** A command as it is written, what somebody sees who types it, and with what in the place of which example. */
interface Step {
  readonly command: string;
  readonly sees: RegExp;
  readonly code?: number;
  readonly instead?: readonly [example: string, real: () => Promise<string> | string];
}

const STEPS: readonly Step[] = [
  { command: "dead-letters", sees: /^8 dead letters in 3 causes;/m },
  { command: "dead-letters --cause 7f3a91c2 --cause 0b1e44d8 --each", sees: /^5 dead letters;/m },
  {
    command: "show 5d20",
    sees: /^send-email on email, dead since .*\(attempts-exhausted, 8 attempts, 9 deliveries\)$/m,
    instead: ["5d20", () => ids[0]!.slice(0, 12)],
  },
  { command: "dead-letters --expiring 7d --quiet", sees: /^$/ },
  {
    command: "redrive --cause 7f3a91c2 --stack prod --dry-run",
    sees: /^2 dead letters would be redriven\.$/m,
  },
  {
    command: "redrive --cause 7f3a91c2 --stack prod --probe 10 --rate 5/s",
    sees: /^probe: 2 done, 0 dead again, 0 not ended$/m,
  },
  {
    command: "redrive 0b1e44d8 --set to=ada@example.com",
    sees: /: 1 created\./,
    instead: ["0b1e44d8", () => ids[2]!.slice(0, 12)],
  },
  {
    command: "redrive 0b1e44d8 --edit",
    sees: /^There is no terminal to edit at: give '--set' or '--payload'\. Nothing was done\.$/m,
    code: 3,
    instead: ["0b1e44d8", () => ids[3]!.slice(0, 12)],
  },
  { command: "redrive --queue old --to email", sees: /: 1 created\./ },
  {
    command: "redrive --all --uncertain",
    sees: /^There are no such dead letters\.$/m,
    code: 4,
  },
  {
    command: "redrive --stop 20261125T120241Z-9c1f",
    sees: /^1 buried\. /m,
    instead: [
      "20261125T120241Z-9c1f",
      async () => {
        const { told } = await type("redrive --cause c4d9002e --rate 0.001/s");
        return /^Run (\S+): 2 created\./m.exec(told)![1]!;
      },
    ],
  },
  {
    command: "discard --cause 0b1e44d8 --because 'addresses of 2019' --stack prod",
    sees: /^2 dead letters deleted/m,
  },
  { command: "export --all --to letters.ndjson --stack prod", sees: /^1 dead letter/m },
  {
    command: "import letters.ndjson --stack prod",
    sees: /^1 imported\.$/m,
    instead: [
      "letters.ndjson",
      async () => {
        // What is there is left alone.
        await type("discard --all");
        return "letters.ndjson";
      },
    ],
  },
  { command: "pause email --stack prod", sees: /^email: paused/m },
  {
    command: "bury email --deliveries 40 --because 'headers too large' --stack prod",
    sees: /./,
    code: 4,
  },
  { command: "resume email --stack prod", sees: /^email: / },
];

const TOO_YOUNG = /it is not 5 s old yet: run the command again$/m;

describe("docs/dead-letters.md", () => {
  it("has these commands and no other", () => {
    expect(commandsIn("docs/dead-letters.md", "Dead letters")).toEqual(
      STEPS.map(({ command }) => `npm run tasks -- ${command}`),
    );
  });

  it("is true of a whole 'npm start', from the first command to the last", async () => {
    for (const { command, sees, code = 0, instead } of STEPS) {
      const typed = instead ? command.replace(instead[0], await instead[1]()) : command;
      let ran = await type(typed);
      // What it says is done.
      while (TOO_YOUNG.test(ran.told)) ran = await type(typed);
      expect([command, ran.told]).toEqual([command, expect.stringMatching(sees)]);
      expect([command, ran.code]).toEqual([command, code]);
    }
  });
});
