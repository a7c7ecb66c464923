import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rules } from "../../policy/rules/index.ts";
import { breachesIn, describeBreach, shortName, type Breach } from "../fixtures/policy/breaches.ts";
import {
  ALL_RESOURCES,
  describeEngine,
  startEngine,
  summary,
  type EngineUnderTest,
  type Ran,
} from "./engineUnderTest.ts";

// The last preview is awaited by a test that may run alone.
jest.setTimeout(300_000);

const PROGRAM = "infra/index.ts";
const BREAK_PROGRAM = resolve(__dirname, "breakProgram.ts");

const breaches = Object.entries(breachesIn("local-project")).flatMap(([rule, changes]) =>
  changes.map((change) => ({ rule, change, what: describeBreach(change) })),
);

describeEngine("A preview with the policy pack", () => {
  /** Two at a time: an engine waits more than it works. */
  let engines: [EngineUnderTest, EngineUnderTest];
  const previews = new Map<string, Promise<Ran>>();

  beforeAll(async () => {
    engines = await Promise.all([startEngine(), startEngine()]);
    // Of what is deployed, everything is known: the rules that compare resources judge it too.
    await Promise.all(engines.map((engine) => engine.run("up", "prod")));
  });
  afterAll(async () => {
    await Promise.all(previews.values());
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  it("passes the program where nothing is deployed yet", async () => {
    const ran = await preview(engines[0], "dev");

    expect({ code: ran.code, ...summary(ran) }).toEqual({ code: 0, create: ALL_RESOURCES });
    // A preview says what it cannot know yet, and stops nothing for it.
    expect(ran.output).toContain(`⚠️ background-tasks@v0.1.0 (local: ${packOf(engines[0])})`);
    expect(ran.output).toMatch(
      /Not all is known yet of .*Queue 'email'.*: npm run policy -- --deployed --stack dev/,
    );
  });

  it("passes the program that is deployed", async () => {
    const ran = await preview(engines[0], "prod");

    // Dev's schedule is paused, and not watched: two policies, and since when.
    expect({ code: ran.code, ...summary(ran) }).toEqual({ code: 0, unchanged: ALL_RESOURCES + 3 });
    expect(ran.output).toContain(`✅ background-tasks@v0.1.0 (local: ${packOf(engines[0])})`);
  });

  it("has a like on what is deployed, where everything is known", async () => {
    // Three providers are resources there, too.
    const ran = await judgeDeployed(engines[0]);

    expect(ran.output).toContain(`prod: 70 resources keep all ${rules.length} rules.`);
    expect(ran.code).toBe(0);
  });

  it("sees what was changed past the program, and leaves it and the state as they are", async () => {
    const engine = engines[0];
    const state = readFileSync(engine.stateFile("prod"), "utf8");
    const queue = queueIn(state);

    await setAttempts(engine, queue, 5);
    const ran = await judgeDeployed(engine);
    await setAttempts(engine, queue, -1);

    expect(ran.output).toContain("worker-ends-tasks");
    expect(ran.output).toContain("prod: 70 resources break rules once.");
    expect(ran.code).toBe(1);
    expect(readFileSync(engine.stateFile("prod"), "utf8")).toBe(state);
  });

  describe("of a program that breaks a rule", () => {
    beforeAll(() => {
      const ends: Promise<unknown>[] = engines.map(() => Promise.resolve());
      for (const [i, { what, change }] of breaches.entries()) {
        const lane = i % engines.length;
        const ran = ends[lane]!.then(() => previewBroken(engines[lane]!, change));
        previews.set(what, ran);
        ends[lane] = ran;
      }
    });

    it.each(breaches)("stops at $rule: $what", async ({ rule, what, change }) => {
      const ran = await previews.get(what)!;

      const violations = violationsIn(ran);
      expect(ran.code).toBe(1);
      const broken = new Set(violations.map((violation) => violation.rule));
      expect([...broken].sort()).toEqual([rule, ...(change.also ?? [])].sort());
      expect(violations.map(({ resource }) => resource)).toContain(brokenBy(change));
    });

    it("says which rule, and where to read on", async () => {
      const { what } = breaches.find(({ rule }) => rule === "queue-logging")!;
      const { message } = await previews.get(what)!;

      expect(message.trim()).toBe(
        "Stack 'prod' breaks the policy: 'queue-logging'. What to change is said above, under " +
          "'Policies'; docs/policy.md has the rules and how to set them.",
      );
    });
  });
});

function preview(engine: EngineUnderTest, stack: string): Promise<Ran> {
  return engine.run("preview", stack, "--policy-pack", packOf(engine));
}

/** The pack in the project's own folder, where the stacks' configuration of it is. */
function packOf({ directory }: EngineUnderTest): string {
  return join(directory, "policy");
}

function previewBroken(engine: EngineUnderTest, breach: Breach): Promise<Ran> {
  engine.restore(PROGRAM);
  engine.editBy(PROGRAM, (program) =>
    [
      `import { breakProgram } from ${JSON.stringify(BREAK_PROGRAM)};`,
      `breakProgram(${JSON.stringify(breach)});`,
      program,
    ].join("\n"),
  );
  return preview(engine, "prod");
}

function brokenBy(breach: Breach): string {
  if (breach.blames !== undefined) return breach.blames;
  return "added" in breach ? shortName(breach.added.type, breach.added.name) : breach.resource;
}

/** What the engine lists: `- [mandatory]  queue-logging  (gcp:cloudtasks:Queue: email)`. */
function violationsIn({ output }: Ran): { rule: string; resource: string }[] {
  const lines = output.matchAll(/^ +- \[mandatory\] +(\S+) +\(\S*:(\w+): (\S+)\)$/gm);
  return [...lines].map(([, rule = "", type = "", name = ""]) => ({
    rule,
    resource: `${type} ${name}`,
  }));
}

/** Judges what the local cloud holds of stack `prod`. */
function judgeDeployed(engine: EngineUnderTest): Promise<Ran> {
  const { port } = new URL(engine.cloud.endpoint);
  const args = ["--deployed", "--local", "--stack", "prod", "--port", port];
  return engine.runScript("packages/cli/main.ts", ["policy", ...args]);
}

/** The full name of the queue `email` in a state. */
function queueIn(state: string): string {
  return /projects\/[^"\\]*\/queues\/prod-email-[0-9a-f]+/.exec(state)![0];
}

/** What somebody does in Google's console. */
async function setAttempts({ cloud }: EngineUnderTest, queue: string, maxAttempts: number) {
  const url = `${cloud.endpoint}/v2/${queue}?updateMask=retryConfig.maxAttempts`;
  const body = JSON.stringify({ retryConfig: { maxAttempts } });
  expect((await fetch(url, { method: "PATCH", body })).status).toBe(200);
}
