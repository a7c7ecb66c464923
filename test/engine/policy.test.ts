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

const PROGRAM = "infra/index.ts";
const BREAK_PROGRAM = resolve(__dirname, "breakProgram.ts");

/** One breach of a rule, which the engine is to hand to it. test/policy/program.test.ts has all of them, without an engine. */
interface Case {
  readonly rule: string;
  readonly breach: Breach;
  readonly what: string;
  /** The program that has it, and others. */
  readonly round: number;
}

/** A breach of each rule, in as few programs as keep them apart. */
const cases: readonly Case[] = inRounds(
  Object.entries(breachesIn("local-project")).map(([rule, [breach]]) => ({
    rule,
    breach: breach!,
    what: describeBreach(breach!),
  })),
);
const rounds = [...Map.groupBy(cases, ({ round }) => round).values()];

describeEngine("A preview with the policy pack", () => {
  /** Two at a time: an engine waits more than it works. */
  let engines: [EngineUnderTest, EngineUnderTest];

  beforeAll(async () => {
    engines = await Promise.all([startEngine(), startEngine()]);
    // Of what is deployed, everything is known: the rules that compare resources judge it too.
    await Promise.all(engines.map((engine) => engine.run("up", "prod")));
  });
  afterAll(async () => {
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

    expect(ran.output).toContain(`prod: 71 resources keep all ${rules.length} rules.`);
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
    expect(ran.output).toContain("prod: 71 resources break rules once.");
    expect(ran.code).toBe(1);
    expect(readFileSync(engine.stateFile("prod"), "utf8")).toBe(state);
  });

  describe("of a program that breaks rules", () => {
    let previews: readonly Promise<Ran>[];

    beforeAll(() => {
      const ends: Promise<unknown>[] = engines.map(() => Promise.resolve());
      previews = rounds.map((round, i) => {
        const lane = i % engines.length;
        const broken = round.map(({ breach }) => breach);
        const ran = ends[lane]!.then(() => previewBroken(engines[lane]!, broken));
        ends[lane] = ran;
        return ran;
      });
    });
    afterAll(() => Promise.all(previews));

    it.each(cases)("stops at $rule: $what", async ({ rule, breach, round }) => {
      const ran = await previews[round]!;

      expect(ran.code).toBe(1);
      expect(violationsIn(ran)).toContainEqual({ rule, resource: brokenBy(breach) });
    });

    it("stops at no other rule", async () => {
      for (const [i, round] of rounds.entries()) {
        const broken = violationsIn(await previews[i]!).map(({ rule }) => rule);
        const expected = round.flatMap(({ rule, breach }) => [rule, ...(breach.also ?? [])]);
        expect([...new Set(broken)].sort()).toEqual([...new Set(expected)].sort());
      }
    });

    it("says which rules, and where to read on", async () => {
      const { message } = await previews.at(-1)!;

      const broken = rounds.at(-1)!.map(({ rule }) => `'${rule}'`);
      expect(message.trim()).toBe(
        `Stack 'prod' breaks the policy: ${broken.join(", ")}. What to change is said above, under ` +
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

function previewBroken(engine: EngineUnderTest, breaches: readonly Breach[]): Promise<Ran> {
  engine.restore(PROGRAM);
  engine.editBy(PROGRAM, (program) =>
    [
      `import { breakProgram } from ${JSON.stringify(BREAK_PROGRAM)};`,
      ...breaches.map((breach) => `breakProgram(${JSON.stringify(breach)});`),
      program,
    ].join("\n"),
  );
  return preview(engine, "prod");
}

/** Puts each into the first program of its company in which nothing else changes the same thing. */
function inRounds(breaches: readonly Omit<Case, "round">[]): readonly Case[] {
  const placed: Case[] = [];
  for (const one of breaches) {
    const isFree = (round: number): boolean =>
      placed
        .filter((other) => other.round === round)
        .every(
          (other) =>
            companyOf(other) === companyOf(one) && !areInEachOthersWay(one.breach, other.breach),
        );
    let round = 0;
    while (!isFree(round)) round++;
    placed.push({ ...one, round });
  }
  return placed;
}

/**
 * What a breach may share a program with. A resource that breaks a rule about itself is not registered, nor is
 * what depends on it: nobody judges that.
 */
function companyOf({ rule, breach }: Omit<Case, "round">): string {
  if (rules.find(({ name }) => name === rule)!.kind === "stack") return "the stack";
  return "added" in breach ? "what is added" : breach.resource;
}

function areInEachOthersWay(a: Breach, b: Breach): boolean {
  if ("added" in a || "added" in b) {
    return "added" in a && "added" in b && a.added.type === b.added.type;
  }
  const [first, second] = [`${a.path}.`, `${b.path}.`];
  return a.resource === b.resource && (first.startsWith(second) || second.startsWith(first));
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
