import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { startCloud } from "@background-tasks/cloud/cloud.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { copyFixtureProject } from "../../test/support/fixtureProject.ts";
import { runEngine, type EngineOrder, type EngineRun } from "../engine.ts";
import { NotMeasurable, type Result } from "../figure.ts";
import { makeScratch } from "../scratch.ts";

const RUNS = 3;
const STACK = "dev";

/** How long a preview takes where nothing has changed, under the real engine, and what the policy pack adds. */
export async function measurePreview(): Promise<Result[]> {
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    throw new NotMeasurable("The Pulumi CLI is not on the PATH.");
  }
  using scratch = makeScratch();
  const { directory } = scratch;
  copyFixtureProject(directory);
  const cloud = await startEmptyCloud();
  const run = (order: Partial<EngineOrder>): Promise<EngineRun> =>
    runEngine(directory, {
      command: "preview",
      stack: STACK,
      endpoint: cloud.endpoint,
      deployToken: cloud.deployToken,
      isEmpty: false,
      ...order,
    });
  try {
    await run({ command: "up" });
    return await compare(run);
  } finally {
    await cloud.stop();
  }
}

async function compare(
  run: (order: Partial<EngineOrder>) => Promise<EngineRun>,
): Promise<Result[]> {
  const plain: EngineRun[] = [];
  const withPack: EngineRun[] = [];
  const empty: EngineRun[] = [];
  const policyPack = resolve("policy");
  for (let n = 0; n < RUNS; n += 1) {
    plain.push(unchanged(await run({})));
    withPack.push(unchanged(await run({ policyPack })));
    empty.push(await run({ isEmpty: true, stack: "local" }));
  }
  const whole = plain.map(({ seconds }) => seconds);
  return [
    {
      figure: "preview: whole stack, no change",
      unit: "s",
      runs: whole,
      baseline: {
        name: "preview of a program without resources",
        runs: empty.map(({ seconds }) => seconds),
      },
      target: { of: "figure", atMost: 5 },
    },
    {
      figure: "preview: of that, inside the program",
      unit: "s",
      runs: plain.map(({ programSeconds }) => programSeconds),
      target: { of: "figure", atMost: 1 },
    },
    {
      figure: "preview: what the policy pack adds",
      unit: "s",
      runs: withPack.map(({ seconds }, n) => seconds - (whole[n] ?? NaN)),
      baseline: { name: "preview without it", runs: whole },
      target: { of: "figure", atMost: 0.5 },
    },
  ];
}

/** Throws where a preview is not the one that is meant. */
function unchanged(run: EngineRun): EngineRun {
  const { same = 0, ...others } = run.changes;
  if (same > 1 && Object.keys(others).length === 0) return run;
  throw new Error(`The preview announced changes: ${JSON.stringify(run.changes)}`);
}

function startEmptyCloud() {
  const { config } = readStackConfig("Pulumi.yaml", "Pulumi.local.yaml");
  return startCloud({
    project: config["gcp:project"] ?? "",
    region: config["gcp:region"] ?? "",
  });
}
