import { copyImage } from "../../release/copyImage.ts";
import { openRegistry } from "../../release/registry.ts";
import {
  digestOf,
  memoryRegistry,
  type MemoryRegistry,
} from "@background-tasks/cloud/test/support/memoryRegistry.ts";

const FROM = "p-dev/dev-worker/worker";
const TO = "p-prod/prod-worker/worker";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const config = Buffer.from('{"os":"linux"}');
const layer = Buffer.from([0, 1, 2, 255]);

/** Puts an image into the registry. Its bytes are not as `JSON.stringify` would have them. */
function putImage({ manifests, blobs }: MemoryRegistry): string {
  for (const bytes of [config, layer]) blobs.set(`${FROM} ${digestOf(bytes)}`, bytes);
  const bytes = Buffer.from(
    `{ "schemaVersion": 2, "config": {"digest": "${digestOf(config)}"},\n` +
      ` "layers": [{"digest": "${digestOf(layer)}"}] }`,
  );
  manifests.set(`${FROM} ${digestOf(bytes)}`, { mediaType: MANIFEST, bytes });
  return digestOf(bytes);
}

function repositoriesOf({ url }: MemoryRegistry) {
  const open = (repository: string) => openRegistry({ url, repository, token: "t" });
  return [open(FROM), open(TO)] as const;
}

describe("copying an image", () => {
  it("keeps every byte, so that it has the same digest, and tags it", async () => {
    await using registry = await memoryRegistry(FROM, TO);
    const digest = putImage(registry);

    await copyImage(...repositoriesOf(registry), digest, "deployed-abc");

    const { manifests, blobs } = registry;
    const original = manifests.get(`${FROM} ${digest}`);
    expect(manifests.get(`${TO} ${digest}`)).toEqual(original);
    expect(manifests.get(`${TO} deployed-abc`)).toEqual(original);
    expect(blobs.get(`${TO} ${digestOf(layer)}`)).toEqual(layer);
    expect(blobs.get(`${TO} ${digestOf(config)}`)).toEqual(config);
  });

  it("logs in with an access token, as Artifact Registry has it", async () => {
    await using registry = await memoryRegistry(FROM, TO);

    await copyImage(...repositoriesOf(registry), putImage(registry), "deployed-abc");

    const login = Buffer.from("oauth2accesstoken:t").toString("base64");
    expect([...registry.logins]).toEqual([`Basic ${login}`]);
  });

  it("does not copy what is there already", async () => {
    await using registry = await memoryRegistry(FROM, TO);
    const digest = putImage(registry);
    registry.blobs.set(`${TO} ${digestOf(layer)}`, layer);

    await copyImage(...repositoriesOf(registry), digest, "deployed-abc");

    const uploads = registry.calls.filter((call) => call.startsWith("POST"));
    expect(uploads).toEqual([`POST /v2/${TO}/blobs/uploads/`]);
    expect(registry.calls).not.toContain(`GET /v2/${FROM}/blobs/${digestOf(layer)}`);
  });

  it("copies the images of an index before the index", async () => {
    await using registry = await memoryRegistry(FROM, TO);
    const image = putImage(registry);
    const index = Buffer.from(`{"manifests":[{"digest":"${image}"}]}`);
    const digest = digestOf(index);
    registry.manifests.set(`${FROM} ${digest}`, { mediaType: INDEX, bytes: index });

    await copyImage(...repositoriesOf(registry), digest, "deployed-abc");

    expect(
      registry.calls.filter((call) => call.startsWith("PUT") && call.includes("manifests")),
    ).toEqual([
      `PUT /v2/${TO}/manifests/${image}`,
      `PUT /v2/${TO}/manifests/${digest}`,
      `PUT /v2/${TO}/manifests/deployed-abc`,
    ]);
    expect(registry.manifests.get(`${TO} deployed-abc`)).toEqual({
      mediaType: INDEX,
      bytes: index,
    });
  });

  it("refuses bytes that are not what their digest says", async () => {
    await using registry = await memoryRegistry(FROM, TO);
    const digest = putImage(registry);
    registry.blobs.set(`${FROM} ${digestOf(layer)}`, Buffer.from("other"));

    await expect(copyImage(...repositoriesOf(registry), digest, "t")).rejects.toThrow(
      `What the registry has as '${digestOf(layer)}' is '${digestOf(Buffer.from("other"))}'.`,
    );
    expect(registry.manifests.has(`${TO} ${digest}`)).toBe(false);
  });

  it("says which repository is missing", async () => {
    await using registry = await memoryRegistry(FROM);
    const digest = putImage(registry);

    await expect(copyImage(...repositoriesOf(registry), digest, "t")).rejects.toThrow(
      `POST ${registry.url}/v2/${TO}/blobs/uploads/ is refused: 404 Repository not found`,
    );
  });
});
