import { execFile } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { docker } from "@background-tasks/program/image/docker.ts";
import { startCloud } from "@background-tasks/cloud/cloud.ts";
import { DEPLOY_TOKEN_VARIABLE } from "@background-tasks/cloud/control/deployToken.ts";
import { nodeCommand } from "@background-tasks/cloud/run/imageCommand.ts";
import { readImageFiles } from "@background-tasks/cloud/run/imageFiles.ts";
import { openRegistryImage } from "@background-tasks/cloud/run/loopbackRegistry.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { copyFixtureProject } from "../../../../test/support/fixtureProject.ts";
import { baseImage, describeWith, Registry } from "./dockerEngine.ts";

/** The fixture's project, with other settings of the stack `local`. */
function makeProject(settings: Readonly<Record<string, string>>): string {
  const project = mkdtempSync(join(tmpdir(), "project-"));
  copyFixtureProject(project);
  symlinkSync(resolve("node_modules"), join(project, "node_modules"));
  const file = join(project, "Pulumi.local.yaml");
  for (const [key, value] of Object.entries(settings)) {
    appendFileSync(file, `  background-tasks:${key}: ${value}\n`);
  }
  return project;
}

describeWith(
  ["docker", "docker-registry", "pulumi"],
  "The real engine, with a registry on this machine",
  () => {
    it("builds the worker's image, pushes it, and deploys what the registry calls it", async () => {
      await using registry = new Registry();
      const host = await registry.host;
      const project = makeProject({ registryHost: host, baseImage: baseImage() });
      const cloud = await startCloud({
        project: "local-project",
        region: "europe-west1",
      });
      const { port } = new URL(cloud.endpoint);
      try {
        await promisify(execFile)(
          process.execPath,
          [
            ...[resolve("packages/cli/main.ts"), "up", "--no-type-check"],
            ...["--stack", "local", "--local", "--port", port],
          ],
          {
            cwd: project,
            env: {
              ...process.env,
              PULUMI_HOME: join(project, "home"),
              [DEPLOY_TOKEN_VARIABLE]: cloud.deployToken,
            },
          },
        );

        const service: Parsed = await fetch(
          `${cloud.endpoint}/v2/projects/local-project/locations/europe-west1/services/local-worker`,
        ).then((answer) => answer.json());
        const { image } = service.template.containers[0];
        const [, digest] = /^127\.0\.0\.1:\d+\/local-project\/local-worker\/worker@(.*)$/.exec(
          image,
        )!;
        expect(service.terminalCondition.state).toBe("CONDITION_SUCCEEDED");
        expect(image).toBe(`${host}/local-project/local-worker/worker@${digest}`);
        const manifest = await fetch(
          `http://${host}/v2/local-project/local-worker/worker/manifests/${digest}`,
          { headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" } },
        );
        expect(manifest.status).toBe(200);
        // Another local cloud, which was given no files, runs the same program.
        const taken = await readImageFiles(await openRegistryImage(image));
        const context = join(project, "dist/worker");
        const built = readdirSync(context).filter((file) => file !== "Dockerfile");
        expect(built).toContain("main.mjs");
        expect(taken.files).toEqual(
          Object.fromEntries(built.map((file) => [file, readFileSync(join(context, file))])),
        );
        expect(nodeCommand(taken.dockerfile)).toEqual({
          flags: expect.any(Array),
          script: "main.mjs",
          args: [],
        });
      } finally {
        await cloud.stop();
        await docker(["image", "rm", `${host}/local-project/local-worker/worker`]).catch(() => "");
        rmSync(project, { recursive: true });
      }
    });
  },
);
