import { createArtifactRegistry } from "../../artifactregistry/artifactRegistry.ts";
import { localApi, NOW, serviceOptions } from "../support/localApi.ts";

const PARENT = "projects/demo/locations/europe-west1";
const NAME = `${PARENT}/repositories/images`;
const CREATE = `POST /v1/${PARENT}/repositories?repository_id=images`;

function start() {
  const options = serviceOptions();
  const registry = createArtifactRegistry(options);
  return { ...options, ...registry, ...localApi(registry.methods) };
}

describe("Artifact Registry", () => {
  it("creates a repository, by an operation that has ended", async () => {
    const { ok, exists } = start();
    const keep = { action: "KEEP", mostRecentVersions: { keepCount: 10 } };

    const operation = await ok(CREATE, { format: "DOCKER", cleanupPolicies: { keep } });

    expect(operation).toMatchObject({ done: true, response: { name: NAME } });
    expect(await ok(`GET /v1/${operation.name}`)).toEqual(operation);
    expect(exists(NAME)).toBe(true);
    expect(await ok(`GET /v1/${NAME}`)).toEqual({
      name: NAME,
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      cleanupPolicies: { keep },
      createTime: NOW,
      updateTime: NOW,
      registryUri: "europe-west1-docker.pkg.dev/demo/images",
    });
  });

  it("changes what the mask names, and nothing else", async () => {
    const { ok, clock } = start();
    await ok(CREATE, { format: "DOCKER", description: "old", labels: { a: "b" } });
    await clock.advance(1000);

    await ok(`PATCH /v1/${NAME}?updateMask=description,cleanup_policies`, { description: "new" });

    expect(await ok(`GET /v1/${NAME}`)).toMatchObject({
      format: "DOCKER",
      description: "new",
      labels: { a: "b" },
      createTime: NOW,
      updateTime: "2026-11-24T12:00:01.000Z",
    });
  });

  it("deletes a repository, and tells of it", async () => {
    const { ok, refusal, deleted } = start();
    await ok(CREATE, { format: "DOCKER" });

    expect(await ok(`DELETE /v1/${NAME}`)).toMatchObject({ done: true });

    expect(deleted).toEqual([NAME]);
    expect(await refusal(`GET /v1/${NAME}`)).toMatchObject({ code: 404 });
  });

  it("lists the repositories of a location", async () => {
    const { ok } = start();
    await ok(CREATE, { format: "DOCKER" });
    await ok("POST /v1/projects/demo/locations/us-east1/repositories?repositoryId=other", {
      format: "NPM",
    });

    expect(await ok(`GET /v1/${PARENT}/repositories`)).toEqual({
      repositories: [expect.objectContaining({ name: NAME })],
    });
  });

  it.each([
    [CREATE, {}, 400, "A repository must have a 'format'."],
    [
      `POST /v1/${PARENT}/repositories?repositoryId=A`,
      { format: "DOCKER" },
      400,
      "Repository id 'A' is not valid; it must match ^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$.",
    ],
    [`PATCH /v1/${NAME}`, {}, 404, "Requested entity was not found."],
  ])("refuses %s %j", async (request, body, code, message) => {
    const { refusal } = start();

    expect(await refusal(request, body)).toMatchObject({ code, message });
  });

  it("refuses a second repository of a name", async () => {
    const { ok, refusal } = start();
    await ok(CREATE, { format: "DOCKER" });

    expect(await refusal(CREATE, { format: "DOCKER" })).toMatchObject({
      code: 409,
      message: "the repository already exists",
    });
  });
});
