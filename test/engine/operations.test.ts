import { makeDie, type Death, type Die } from "@background-tasks/cli/test/support/dying.ts";
import { list, queuesOf } from "./cloudState.ts";
import { asRunHere, commandsIn } from "./documents.ts";
import { describeEngine, type Ran } from "./engineUnderTest.ts";
import { startTerminal, type Terminal } from "./terminal.ts";

/** A command of docs/operations.md, and what somebody who types it sees. */
type Step = readonly [command: string, sees: RegExp, code?: number];

interface Symptom {
  /** What ended as dead letters before. */
  readonly deaths?: readonly Death[];
  readonly steps: readonly Step[];
  /** How many dead letters are left. */
  readonly left?: number;
}

const PAYLOAD = '{"to":"ada@example.com","subject":"Welcome","text":"Hello"}';
const REFUSED: Death = { body: PAYLOAD, cause: "7f3a91c2" };
const NO_SUCH_USER: Death = { body: PAYLOAD, cause: "0b1e44d8", error: "550 No such user here" };
const PARKED: Death = { body: PAYLOAD, reason: "deliveries-exhausted", error: "out of reach" };

const SYMPTOMS: Readonly<Record<string, Symptom>> = {
  Operations: {
    steps: [["npm run tasks -- status --stack prod", /^Stack 'prod', project 'local-project'/m]],
  },
  "Mails are not going out": {
    deaths: [REFUSED],
    steps: [
      ["npm run tasks -- queues --stack prod", /│ email +│ RUNNING +│ +0 │/],
      [
        "npm run tasks -- list email --older-than 5m --limit 10 --stack prod",
        /^0 tasks on email/m,
        4,
      ],
      [
        "npm run tasks -- dead-letters --queue email --since 1d --stack prod",
        /│ 7f3a91c2 │ send-email │/,
      ],
      ["npm run smoke -- --stack prod", /│ email +│ arrived in /],
    ],
    left: 1,
  },
  "Dead letters grow": {
    deaths: [REFUSED, REFUSED, NO_SUCH_USER],
    steps: [
      ["npm run tasks -- dead-letters --stack prod", /^4 dead letters in 2 causes/m],
      ["npm run tasks -- dead-letters --by hour --stack prod", /│ \d{4}-\d\d-\d\d \d\d/],
      ["npm run tasks -- dead-letters --cause 7f3a91c2 --each --limit 5 --stack prod", /│ key-3 /],
      ["npm run tasks -- show 5d20 --stack prod", /550 No such user here|connect ECONNREFUSED/],
      [
        "npm run tasks -- redrive --cause 7f3a91c2 --dry-run --stack prod",
        /^3 dead letters would be redriven\.$/m,
      ],
      ["npm run tasks -- redrive --cause 7f3a91c2 --probe 10 --stack prod", /: 3 created\./],
      ["npm run tasks -- discard --cause 0b1e44d8 --stack prod", /^1 dead letter deleted/m],
    ],
  },
  "A backlog grows": {
    steps: [
      ["npm run tasks -- queues --stack prod", /\/ 50 per s/],
      ["npm run tasks -- list email --limit 10 --stack prod", /^0 tasks on email/m, 4],
      [
        "pulumi config set --path queues.email.rateLimits.maxDispatchesPerSecond 100 --stack prod",
        /^$/,
      ],
      ["npm run up -- --stack prod", /2 updated/],
    ],
  },
  "The mail server is down": {
    deaths: [REFUSED],
    steps: [
      ["npm run tasks -- pause email --stack prod", /^email: paused$/m],
      ["npm run tasks -- resume email --ramp 10m --stack prod", /^email: /m],
      [
        "npm run tasks -- redrive --queue email --reason attempts-exhausted --since 6h --stack prod",
        /: 1 created\./,
      ],
    ],
  },
  "A bad deploy: roll back": {
    deaths: [NO_SUCH_USER],
    steps: [
      [
        "npm run tasks -- dead-letters --by revision --stack prod",
        /│ prod-worker-00043-abc │ send-email │/,
      ],
      ["npm run release -- image --stack prod", /@sha256:/],
      ['pulumi config set workerImage "$IMAGE" --stack prod', /^$/],
      ["npm run up -- --stack prod", /unchanged/],
      ["npm run smoke -- --stack prod", /│ default +│ arrived in /],
      [
        "npm run tasks -- redrive --revision prod-worker-00043-abc --probe 10 --stack prod",
        /: 1 created\./,
      ],
    ],
  },
  "An outage of hours": {
    deaths: [PARKED],
    steps: [
      ["npm run tasks -- pause --all --stack prod", /^default: paused\nemail: paused$/m],
      ["npm run tasks -- resume --all --ramp 10m --stack prod", /^default: /m],
      ["npm run smoke -- --stack prod", /│ default +│ arrived in /],
      ["npm run tasks -- redrive --reason deliveries-exhausted --stack prod", /: 1 created\./],
    ],
  },
  "A schedule did not run": {
    steps: [
      ["npm run tasks -- status --stack prod", /│ daily-digest +│ ENABLED/],
      ["npm run tasks -- run --stack prod", /daily-digest/, 2],
      ["npm run tasks -- run daily-digest --stack prod", /daily-digest/],
      [
        "npm run tasks -- dead-letters --task send-digest --stack prod",
        /^There are no such dead letters/m,
        4,
      ],
    ],
  },
};

describe("docs/operations.md", () => {
  it.each(Object.entries(SYMPTOMS))("has these commands: %s", (symptom, { steps }) => {
    expect(commandsIn("docs/operations.md", symptom)).toEqual(steps.map(([command]) => command));
  });
});

describeEngine("docs/operations.md's commands, in a stack that is protected", () => {
  let terminal: Terminal;
  let die: Die;
  let deadLetters: () => Promise<readonly { readonly name: string }[]>;
  let image: string;

  beforeAll(async () => {
    terminal = await startTerminal();
    terminal.trustTypes();
    const base = `node:24@sha256:${"5".repeat(64)}`;
    for (const command of [
      "pulumi stack init prod",
      "pulumi config set --stack prod gcp:project local-project",
      "pulumi config set --stack prod --path settings.mailFrom tasks@my-domain.example",
      "pulumi config set --stack prod --secret --path settings.smtpUrl",
      `pulumi config set --stack prod baseImage ${base}`,
      "npm run up -- --stack prod",
    ]) {
      await terminal.succeed(command, { input: terminal.smtpUrl });
    }
    const { endpoint } = terminal.cloud;
    const queues = Object.entries(await queuesOf(endpoint, "prod")).map(([key, { name }]) => [
      key,
      name,
    ]);
    const byKey: Record<string, string> = Object.fromEntries(queues);
    die = makeDie({
      endpoint,
      queues: byKey,
      now: () => new Date(),
      revision: "prod-worker-00043-abc",
    });
    deadLetters = () => list(endpoint, `/v2/${byKey["dead-letter"]}/tasks`, "tasks");
    const ran = await terminal.succeed("npm run --silent release -- image --stack prod");
    image = ran.output.trim();
  });
  afterAll(() => terminal.stop());

  /** As somebody at a terminal runs it who is in a hurry. */
  function run(command: string, id: string): Promise<Ran> {
    const asks = / (?:redrive|discard) /.test(command) && !command.includes("--dry-run");
    const given = asRunHere(command)
      .replace("--ramp 10m", "--ramp 1s")
      .replace("show 5d20", `show ${id.slice(0, 8)}`);
    const consent = asks ? " --yes --stack-name prod" : "";
    return terminal.run(given + consent, { environment: { IMAGE: image } });
  }

  let n = 0;
  it.each(Object.entries(SYMPTOMS))("%s", async (_, { deaths = [], steps, left = 0 }) => {
    let id = "";
    for (const death of deaths) id = await die((n += 1), death);

    for (const [command, sees, code = 0] of steps) {
      const ran = await run(command, id);
      expect(ran.output).toMatch(sees);
      expect([command, ran.code]).toEqual([command, code]);
    }

    expect(await deadLetters()).toHaveLength(left);
  });
});
