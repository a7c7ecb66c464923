import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { bundleWorker } from "../infra/bundle.ts";
import { queues } from "../test/fixtures/project/tasks/queues.ts";
import { copyFixtureProject, FIXTURE } from "../test/support/fixtureProject.ts";

/** Google's highest rate, and concurrency enough for it. */
const RATE_LIMITS = { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 20 };

// One queue dispatches 500 tasks a second at the most.
const MANY = 50;

export interface NoopSettings {
  /** The stack has its log metrics, alerts and dashboard. @default true */
  readonly isWatched?: boolean;
}

/** Makes a project in `directory`, with handlers that do nothing and with so many queues. */
export function makeNoopProject(
  directory: string,
  queueCount = MANY,
  { isWatched = true }: NoopSettings = {},
): void {
  copyFixtureProject(directory);
  cpSync("bench/noopHandlers.ts", join(directory, "worker/handlers/index.ts"));
  writeFileSync(join(directory, "tasks/queues.ts"), moreQueues(queueCount));
  writeFileSync(join(directory, "Pulumi.local.yaml"), fastStack(isWatched));
}

/** Bundles a program as the worker is bundled, into a folder, and returns the file. */
export function bundle(entry: string, directory: string): string {
  bundleWorker({ entry, dockerfile: "worker/Dockerfile", directory });
  return join(directory, "main.mjs");
}

function moreQueues(count: number): string {
  const length = count - Object.keys(queues).length;
  const names = Array.from({ length }, (_, n) => `queue-${n}`);
  const more = Object.fromEntries(names.map((name) => [name, queues.default]));
  return `export const queues = ${JSON.stringify({ ...queues, ...more })};\n`;
}

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** The local stack's settings, but for one instance that takes whatever the queues send. */
function fastStack(isWatched: boolean): string {
  const { config } = stackFile.parse(
    parse(readFileSync(join(FIXTURE, "Pulumi.local.yaml"), "utf8")),
  );
  return stringify({
    config: {
      ...config,
      workerMaxInstances: 1,
      workerConcurrency: 1000,
      alerts: { enabled: isWatched },
      queues: { "*": { rateLimits: RATE_LIMITS } },
    },
  });
}
