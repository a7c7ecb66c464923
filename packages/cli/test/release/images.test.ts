import { deployedImage } from "../../release/deployedImage.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { targetOf } from "../../release/stackTarget.ts";
import { imageName, parseImage } from "../../release/imageReference.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;

describe("an image's name", () => {
  it("is read as host, repository and digest", () => {
    const name = `europe-west1-docker.pkg.dev/p/dev-worker/worker@${DIGEST}`;

    const image = parseImage(name);

    expect(image).toEqual({
      host: "europe-west1-docker.pkg.dev",
      repository: "p/dev-worker/worker",
      digest: DIGEST,
    });
    expect(imageName(image)).toBe(name);
  });

  it.each([
    "host/p/worker:latest",
    `worker@${DIGEST}`,
    `host/p/worker@sha256:12`,
    `h/p@${DIGEST}\nx`,
  ])("is refused where it names no digest: '%s'", (name) => {
    expect(() => parseImage(name)).toThrow(
      `Image '${name}' is not named by its digest; it must be 'host/project/repository/worker@sha256:…'.`,
    );
  });
});

describe("the image that a stack runs", () => {
  const target = { project: "p", region: "europe-west1", stack: "dev" };

  function cloudRun(status: number, body: object = {}) {
    const asked: [string, string | null][] = [];
    const send = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const { href } = new URL(url instanceof Request ? url.url : url);
      asked.push([href, new Headers(init?.headers).get("authorization")]);
      return new Response(JSON.stringify(body), { status, statusText: "Forbidden" });
    };
    return { asked, send };
  }

  it("is what Cloud Run says", async () => {
    const image = `host/p/worker@${DIGEST}`;
    const { asked, send } = cloudRun(200, { template: { containers: [{ image }] } });

    expect(await deployedImage(target, "t", send)).toBe(image);
    expect(asked).toEqual([
      [
        "https://run.googleapis.com/v2/projects/p/locations/europe-west1/services/dev-worker",
        "Bearer t",
      ],
    ]);
  });

  it("is none before the first deployment", async () => {
    expect(await deployedImage(target, "t", cloudRun(404).send)).toBeUndefined();
  });

  it("is not guessed where Cloud Run refuses", async () => {
    await expect(deployedImage(target, "t", cloudRun(403).send)).rejects.toThrow(
      "Cloud Run does not tell of 'projects/p/locations/europe-west1/services/dev-worker': 403 Forbidden",
    );
  });
});

describe("where a stack is deployed", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is what its file says", () => {
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "config:\n  gcp:project: octo-dev\n  gcp:region: europe-west1\n");

    expect(targetOf("dev", folder)).toEqual({
      project: "octo-dev",
      region: "europe-west1",
      stack: "dev",
    });
  });

  it("is not guessed where the file does not say", () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  gcp:region: europe-west1\n");

    expect(() => targetOf("dev", folder)).toThrow(
      `'${folder}/Pulumi.dev.yaml' must set 'gcp:project' and 'gcp:region'.`,
    );
  });
});
