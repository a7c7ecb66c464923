import { engineProblem } from "@background-tasks/program/image/docker.ts";
import { examineImage } from "@background-tasks/cli/image/examineImage.ts";
import { contract } from "../../test/fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../test/support/fixtureProject.ts";
import { NotMeasurable, type Result } from "../figure.ts";

const TIMEOUT_MS = 60_000;

/** By how much the worker's image is larger than the one that it is built on. */
export async function measureImage(): Promise<Result[]> {
  const problem = await engineProblem();
  if (problem !== undefined) throw new NotMeasurable("No Docker engine answers.");
  const { bytesOverBase } = await examineImage({
    entry: `${FIXTURE}/worker/main.ts`,
    settings: contract.settings,
    // Where the worker's own cannot be pulled: .ci/docker/base prints another.
    base: process.env["WORKER_BASE"],
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return [
    {
      figure: "image: size over its base",
      unit: "MB",
      runs: [bytesOverBase / 1_000_000],
      target: { of: "figure", atMost: 3 },
    },
  ];
}
