import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";

const ROLES = "/v1/projects/local-project/roles";
const ROLE = `${ROLES}/devViewer_1a2b`;
const CONTENT = {
  title: "Viewer of dev",
  description: "Sees tasks, and not what is in them.",
  includedPermissions: ["cloudtasks.queues.get", "cloudtasks.tasks.list"],
  stage: "GA",
};

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startLocalCloud({ clock: "virtual" });
});
afterEach(() => cloud.stop());

/** The JSON of an answer. */
async function send(method: string, path: string, body?: object, token?: string) {
  const response = await fetch(cloud.endpoint + path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

const create = (roleId = "devViewer_1a2b") => send("POST", ROLES, { roleId, role: CONTENT });

const error = (code: number, status: string, message: string) => ({
  error: { code, status, message },
});

describe("A custom role", () => {
  it("is made, read, changed and listed", async () => {
    const made = await create();
    const changed = await send("PATCH", `${ROLE}?updateMask=title`, { title: "T", stage: "BETA" });

    expect(made).toEqual({
      name: "projects/local-project/roles/devViewer_1a2b",
      ...CONTENT,
      etag: expect.any(String),
    });
    expect(changed).toEqual({ ...made, title: "T", etag: expect.any(String) });
    expect(changed["etag"]).not.toBe(made["etag"]);
    expect(await send("GET", ROLE)).toEqual(changed);
    const { includedPermissions, ...brief } = changed;
    expect(includedPermissions).toEqual(CONTENT.includedPermissions);
    expect(await send("GET", ROLES)).toEqual({ roles: [brief] });
    expect(await send("GET", `${ROLES}?view=FULL`)).toEqual({ roles: [changed] });
  });

  it("is refused where its id is taken, and is no id", async () => {
    await create();

    expect(await create()).toEqual(
      error(
        409,
        "ALREADY_EXISTS",
        "A role named devViewer_1a2b in projects/local-project already exists.",
      ),
    );
    expect(await create("dev-viewer")).toEqual(
      error(
        400,
        "INVALID_ARGUMENT",
        "The role_id (dev-viewer) must be 3 to 64 letters, digits, '_' and '.'.",
      ),
    );
    expect(await send("PATCH", ROLE, { includedPermissions: ["cloudtasks"] })).toEqual(
      error(400, "INVALID_ARGUMENT", "Permission cloudtasks is not valid."),
    );
  });

  // https://cloud.google.com/iam/docs/creating-custom-roles; the sentences are those of google-cloud.md 9.5
  it("can be had back for seven days once it is deleted, and leaves its id taken for 37", async () => {
    await create();
    const deleted = await send("DELETE", ROLE);

    expect(deleted).toMatchObject({ deleted: true, title: "Viewer of dev" });
    expect(await send("GET", ROLE)).toEqual(deleted);
    expect(await send("GET", ROLES)).toEqual({});
    expect(await send("GET", `${ROLES}?showDeleted=true`)).toMatchObject({
      roles: [{ deleted: true }],
    });
    expect(await create()).toEqual(
      error(
        400,
        "FAILED_PRECONDITION",
        "You can't create a role with role_id (devViewer_1a2b) where there is an existing role with that role_id in a deleted state.",
      ),
    );
    expect(await send("PATCH", ROLE, CONTENT)).toMatchObject({ error: { code: 400 } });
    await cloud.advance(`${7 * 86_400 - 1}s`);
    expect(await send("POST", `${ROLE}:undelete`, {})).not.toHaveProperty("deleted");

    await send("DELETE", ROLE);
    await cloud.advance(`${7 * 86_400}s`);
    expect(await send("POST", `${ROLE}:undelete`, {})).toMatchObject({ error: { code: 404 } });
    expect(await create()).toEqual(
      error(
        400,
        "FAILED_PRECONDITION",
        "You can't create a role_id (devViewer_1a2b) which has been marked for deletion.",
      ),
    );
    await cloud.advance(`${30 * 86_400}s`);
    expect(await create()).toMatchObject({ title: "Viewer of dev" });
  });

  it("grants what it holds, while it is there", async () => {
    const queue = `${cloud.location}/queues/email`;
    const email = `viewer@${cloud.project}.iam.gserviceaccount.com`;
    await send("POST", `/v1/projects/${cloud.project}/serviceAccounts`, { accountId: "viewer1" });
    const member = email.replace("viewer@", "viewer1@");
    await send("POST", `/v2/${cloud.location}/queues`, { name: queue });
    await create();
    const bind = (role: string) =>
      send("POST", `/v2/${queue}:setIamPolicy`, {
        policy: { bindings: [{ role, members: [`serviceAccount:${member}`] }] },
      });
    const { accessToken } = await send(
      "POST",
      `/v1/projects/-/serviceAccounts/${member}:generateAccessToken`,
      { scope: ["https://www.googleapis.com/auth/cloud-platform"] },
    );
    const list = (view: string) =>
      send("GET", `/v2/${queue}/tasks?responseView=${view}`, undefined, String(accessToken));

    expect(await bind("projects/local-project/roles/nobodys")).toEqual(
      error(
        400,
        "INVALID_ARGUMENT",
        "Role projects/local-project/roles/nobodys does not exist in the resource's hierarchy.",
      ),
    );
    await bind("projects/local-project/roles/devViewer_1a2b");
    expect(await list("BASIC")).toEqual({});
    expect(await list("FULL")).toMatchObject({ error: { status: "PERMISSION_DENIED" } });
    await send("DELETE", ROLE);
    expect(await list("BASIC")).toMatchObject({ error: { status: "PERMISSION_DENIED" } });
    await send("POST", `${ROLE}:undelete`, {});
    expect(await list("BASIC")).toEqual({});
  });
});
