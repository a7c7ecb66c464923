import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "@background-tasks/program/image/docker.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../../../test/support/fixtureProject.ts";
import { examineImage } from "../../image/examineImage.ts";
import { judgeImage } from "../../image/judgeImage.ts";
import { startContainer } from "../../image/container.ts";
import { buildImage } from "@background-tasks/program/image/buildWithDocker.ts";
import { LOCAL_IMAGES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import type { Context } from "@background-tasks/program/resources/resourceType.ts";
import { dockerImage } from "@background-tasks/program/resources/dockerImage.ts";
import { baseImage, describeWith, Registry } from "./dockerEngine.ts";

const { signal } = new AbortController();

/** What the engine holds: containers and named images. */
async function held(): Promise<string[]> {
  const containers = await docker(["ps", "--all", "--format", "{{.ID}}"]);
  const images = await docker(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
  return `${containers}\n${images}`
    .split("\n")
    .filter((line) => !OF_OTHERS.test(line))
    .sort();
}

/** What the tests of the whole path build meanwhile, and push to a registry on this machine. */
const OF_OTHERS = /^(?:127\.0\.0\.1:\d+\/|<none>:)/;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "image-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describeWith(["docker"], "The worker's image", () => {
  it("passes every check, and leaves nothing behind", async () => {
    const before = await held();

    const checks = judgeImage(
      await examineImage({
        entry: `${FIXTURE}/worker/main.ts`,
        settings: contract.settings,
        base: baseImage(),
        signal,
      }),
    );

    expect(checks.filter(({ isGood }) => !isGood)).toEqual([]);
    expect(checks).toHaveLength(8);
    expect(await held()).toEqual(before);
  });

  it("is told with its log where it does not start, and is removed", async () => {
    const before = await held();
    const image = `worker-examined:broken-${process.pid}`;
    const dockerfile = join(directory, "Dockerfile");
    writeFileSync(dockerfile, 'ARG BASE\nFROM ${BASE}\nCOPY main.mjs /\nCMD ["/main.mjs"]\n');
    writeFileSync(
      join(directory, "main.mjs"),
      'import { writeFileSync } from "node:fs";\nwriteFileSync("/written", "");\n',
    );
    await buildImage(image, { context: directory, dockerfile, args: { BASE: baseImage() } });

    const run = async (): Promise<number> => {
      await using container = await startContainer(image, {}, signal);
      await docker(["wait", await docker(["ps", "--all", "--latest", "--quiet"])]);
      return await container.request("GET", "/health");
    };

    await expect(run()).rejects.toThrow(/^The worker does not run in its container\. [^]*EROFS/);
    await docker(["image", "rm", image]);
    expect(await held()).toEqual(before);
  });
});

describeWith(["docker", "docker-registry"], "An image of the program", () => {
  it("is built, pushed and known by the registry's digest, where the registry is on this machine", async () => {
    await using registry = new Registry();
    const host = await registry.host;
    const dockerfile = join(directory, "Dockerfile");
    writeFileSync(dockerfile, 'ARG BASE\nFROM ${BASE}\nCOPY main.mjs /\nCMD ["/main.mjs"]\n');
    writeFileSync(join(directory, "main.mjs"), "console.log(1);\n");
    const before = await held();
    const posted: unknown[] = [];
    const context = {
      project: "demo",
      region: "europe-west1",
      usesDocker: true,
      api: {
        post: async (path: string, body: { image: string; files: object }) => {
          posted.push([path, body.image, Object.keys(body.files)]);
          return {};
        },
      },
    } as unknown as Context;
    const imageName = `${host}/demo/dev-worker/worker`;

    const { outputs } = await dockerImage.create(
      {
        imageName,
        build: {
          context: directory,
          dockerfile,
          platform: "linux/amd64",
          args: { BASE: baseImage() },
        },
        registry: { server: host, username: "oauth2accesstoken", password: "secret" },
      },
      context,
    );

    const repoDigest = String(outputs["repoDigest"]);
    const digest = /^127\.0\.0\.1:\d+\/demo\/dev-worker\/worker@(sha256:[0-9a-f]{64})$/.exec(
      repoDigest,
    )?.[1];
    const manifest = await fetch(`http://${host}/v2/demo/dev-worker/worker/manifests/${digest}`, {
      headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    expect(manifest.status).toBe(200);
    expect(posted).toEqual([[LOCAL_IMAGES_PATH, repoDigest, ["Dockerfile", "main.mjs"]]]);
    await docker(["image", "rm", imageName]);
    expect(await held()).toEqual(before);
  });
});
