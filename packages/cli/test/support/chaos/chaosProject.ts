import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { restoreFixture } from "../../../../../test/support/fixtureProject.ts";
import { ProjectCopy } from "../projectCopy.ts";

const CHAOS = "test/fixtures/chaos";
const FILES = [
  ...["queues", "tasks", "settings", "schedules"].map((name) => `tasks/${name}.ts`),
  "worker/main.ts",
  ...["index", "handler", "behaviours"].map((name) => `worker/handlers/${name}.ts`),
];

/** So much memory has a worker: one that takes what it can has soon taken it. */
const HEAP_MB = 96;

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** A project whose handlers do what they are told, and keep a journal. */
export class ChaosProject extends ProjectCopy {
  readonly journal = join(this.directory, "journal");

  constructor() {
    super();
    for (const file of FILES) restoreFixture(this.directory, file, CHAOS);
    this.edit(
      "worker/Dockerfile",
      '["main.mjs"]',
      `["--max-old-space-size=${HEAP_MB}", "main.mjs"]`,
    );
    writeFileSync(this.journal, "");
    const path = join(this.directory, "Pulumi.local.yaml");
    const { config } = stackFile.parse(parse(readFileSync(path, "utf8")));
    writeFileSync(
      path,
      stringify({
        config: {
          ...config,
          // Ten deliveries.
          outageWindow: "3s",
          workerMaxInstances: 4,
          workerConcurrency: 11,
          settings: { journal: this.journal },
          queues: {},
          schedules: {},
        },
      }),
    );
  }
}
