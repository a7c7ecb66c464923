import { startLocalCloud } from "@background-tasks/cloud";
import { apiAt } from "../../resources/api.ts";
import { resourceTypes } from "../../resources/resourceTypes.ts";

const type = resourceTypes["gcp:projects/iAMCustomRole:IAMCustomRole"]!;
const inputs = {
  roleId: "devViewer_1a2b",
  title: "Viewer of dev",
  permissions: ["cloudtasks.tasks.list"],
  stage: "GA",
};
const ID = "projects/local-project/roles/devViewer_1a2b";

// google-cloud.md 11.3
describe("A custom role", () => {
  it("is made, changed, deleted, and had back where it was deleted lately", async () => {
    await using cloud = await startLocalCloud({ clock: "virtual" });
    const context = {
      api: apiAt(cloud.endpoint),
      project: cloud.project,
      region: "europe-west1",
    };

    const made = await type.create(inputs, context);
    const known = { ...made, inputs };
    expect(type.idOf!(inputs, context)).toBe(ID);
    expect(made).toEqual({
      id: ID,
      outputs: { ...inputs, project: cloud.project, name: ID, deleted: false },
    });
    await expect(type.create(inputs, context)).rejects.toThrow(
      `Custom project role ${ID} already exists and must be imported`,
    );
    const changed = { ...inputs, permissions: ["cloudtasks.queues.get"] };
    expect(await type.update!(known, changed, context)).toMatchObject(changed);
    expect(await type.read!(known, context)).toMatchObject({ settable: changed });

    await type.delete(known, context);
    expect(await type.read!(known, context)).toBeUndefined();
    expect((await type.create(inputs, context)).outputs).toMatchObject(inputs);
    expect(await type.read!(known, context)).toMatchObject({ settable: inputs });
  });
});
