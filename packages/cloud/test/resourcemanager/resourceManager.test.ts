import { createResourceManager } from "../../resourcemanager/resourceManager.ts";
import { localApi, NOW, serviceOptions } from "../support/localApi.ts";

describe("Resource Manager", () => {
  it("knows its own project, by id and by number, and no other", async () => {
    const { methods, exists } = createResourceManager(serviceOptions());
    const { ok, refusal } = localApi(methods);
    const project = {
      projectId: "demo",
      projectNumber: "123456789012",
      name: "demo",
      lifecycleState: "ACTIVE",
      createTime: NOW,
    };

    expect(await ok("GET /v1/projects/demo")).toEqual(project);
    expect(await ok("GET /v1/projects/123456789012")).toEqual(project);
    expect(await refusal("GET /v1/projects/other")).toMatchObject({
      code: 403,
      message: "Permission denied on resource project other.",
    });
    expect(await ok("GET /v3/projects/123456789012")).toEqual({
      name: "projects/123456789012",
      projectId: "demo",
      displayName: "demo",
      state: "ACTIVE",
      createTime: NOW,
      updateTime: NOW,
      etag: expect.stringMatching(/^.{12}$/),
    });
    expect(await refusal("GET /v3/projects/other")).toMatchObject({ code: 403 });
    expect([exists("projects/demo"), exists("projects/other")]).toEqual([true, false]);
  });
});
