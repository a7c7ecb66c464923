import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkerImage, type WorkerImageArgs } from "../../infra/image.ts";
import { allRegistrations, inputsOf, startDeployment, valueOf } from "../support/pulumi.ts";

const HERE = process.cwd();

let project: string;

/** A project whose worker says one word. */
beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), "image-"));
  mkdirSync(join(project, "worker"));
  writeFileSync(join(project, "worker/main.ts"), 'console.log("built");');
  process.chdir(project);
  await startDeployment();
});

afterEach(() => {
  process.chdir(HERE);
  rmSync(project, { recursive: true });
});

function make(args: Partial<WorkerImageArgs> = {}): WorkerImage {
  return new WorkerImage("worker", {
    stack: "dev",
    project: "my-project",
    region: "europe-west1",
    registryHost: "europe-west1-docker.pkg.dev",
    baseImage: "node:24-slim",
    ...args,
  });
}

describe("WorkerImage", () => {
  it("has a repository that keeps the last ten images and those that are deployed", async () => {
    make();

    expect(await inputsOf("Repository", "worker")).toEqual({
      repositoryId: "dev-worker",
      location: "europe-west1",
      format: "DOCKER",
      description: "The worker of stack dev.",
      cleanupPolicies: [
        { id: "delete-old", action: "DELETE", condition: { tagState: "ANY" } },
        { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
        {
          id: "keep-deployed",
          action: "KEEP",
          condition: { tagState: "TAGGED", tagPrefixes: ["deployed-"] },
        },
      ],
    });
  });

  it("has the stack's labels, and is encrypted with its key", async () => {
    make({ labels: { team: "mail" }, kmsKeys: { artifactregistry: "a-key", run: "another" } });

    expect(await inputsOf("Repository", "worker")).toMatchObject({
      labels: { team: "mail" },
      kmsKeyName: "a-key",
    });
  });

  it("is built of the bundle alone, for the machines of Cloud Run, and named by its digest", async () => {
    const image = make();

    expect(await inputsOf("Image", "worker")).toEqual({
      imageName: "europe-west1-docker.pkg.dev/my-project/dev-worker/worker",
      // The SDK's own defaults: a preview needs no Docker engine.
      buildOnPreview: false,
      skipPush: false,
      build: {
        context: "dist/worker",
        dockerfile: "dist/worker/Dockerfile",
        platform: "linux/amd64",
        args: { BASE: "node:24-slim" },
      },
      registry: {
        server: "europe-west1-docker.pkg.dev",
        username: "oauth2accesstoken",
        password: "a-token",
      },
    });
    expect(readFileSync("dist/worker/main.mjs", "utf8")).toContain('console.log("built")');
    expect(readFileSync("dist/worker/Dockerfile", "utf8")).toBe(
      readFileSync(join(HERE, "worker/Dockerfile"), "utf8"),
    );
    expect(await valueOf(image.digest)).toBe(
      `europe-west1-docker.pkg.dev/my-project/dev-worker/worker@sha256:${"0a".repeat(32)}`,
    );
  });

  it("is pushed to a mirror where there is one", async () => {
    const image = make({ registryHost: "mirror.example.com" });

    expect(await valueOf(image.repository)).toBe("mirror.example.com/my-project/dev-worker/worker");
    expect(await inputsOf("Image", "worker")).toMatchObject({
      imageName: "mirror.example.com/my-project/dev-worker/worker",
      registry: { server: "mirror.example.com" },
    });
  });

  it("is not built where it was built elsewhere", async () => {
    const image = make({ workerImage: "host/p/r/worker@sha256:cd34" });

    expect(await valueOf(image.digest)).toBe("host/p/r/worker@sha256:cd34");
    expect(await valueOf(image.repository)).toBe(
      "europe-west1-docker.pkg.dev/my-project/dev-worker/worker",
    );
    expect((await allRegistrations()).map(({ type }) => type)).toEqual([
      "background-tasks:image:WorkerImage",
      "gcp:artifactregistry/repository:Repository",
    ]);
    expect(existsSync("dist")).toBe(false);
  });
});
