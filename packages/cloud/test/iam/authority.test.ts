import { OWNER } from "../../iam/access.ts";
import { startLocalIam } from "./localIam.ts";

const QUEUE = "projects/p/locations/l/queues/q";

// google-cloud.md 9.1
describe("A permission", () => {
  it.each([
    { role: "roles/cloudtasks.enqueuer", permission: "cloudtasks.tasks.create", granted: true },
    { role: "roles/cloudtasks.enqueuer", permission: "cloudtasks.queues.get", granted: false },
    { role: "roles/cloudtasks.viewer", permission: "cloudtasks.tasks.fullView", granted: true },
    { role: "roles/cloudtasks.viewer", permission: "cloudtasks.tasks.create", granted: false },
    { role: "roles/cloudtasks.editor", permission: "cloudtasks.tasks.run", granted: true },
    {
      role: "roles/cloudtasks.editor",
      permission: "cloudtasks.queues.setIamPolicy",
      granted: false,
    },
    { role: "roles/cloudtasks.admin", permission: "cloudtasks.queues.setIamPolicy", granted: true },
    { role: "roles/cloudtasks.queueAdmin", permission: "cloudtasks.queues.purge", granted: true },
    { role: "roles/cloudtasks.queueAdmin", permission: "cloudtasks.tasks.list", granted: false },
    { role: "roles/cloudtasks.taskDeleter", permission: "cloudtasks.tasks.delete", granted: true },
    { role: "roles/cloudtasks.taskDeleter", permission: "cloudtasks.tasks.get", granted: false },
    { role: "roles/cloudtasks.taskRunner", permission: "cloudtasks.tasks.run", granted: true },
    { role: "roles/run.invoker", permission: "run.routes.invoke", granted: true },
    { role: "roles/run.developer", permission: "run.routes.invoke", granted: false },
    {
      role: "roles/iam.serviceAccountUser",
      permission: "iam.serviceAccounts.actAs",
      granted: true,
    },
    {
      role: "roles/secretmanager.secretAccessor",
      permission: "secretmanager.versions.access",
      granted: true,
    },
    { role: "roles/owner", permission: "anything.at.all", granted: true },
  ])("$permission by $role: $granted", ({ role, permission, granted }) => {
    const { policies, authority } = startLocalIam();
    policies.set(QUEUE, { bindings: [{ role, members: ["user:a@example.com"] }] });

    expect(authority.allows("user:a@example.com", permission, QUEUE)).toBe(granted);
  });

  it("is held on a resource by whoever holds it on the project", () => {
    const { policies, authority } = startLocalIam();
    policies.set("projects/p", {
      bindings: [{ role: "roles/cloudtasks.enqueuer", members: ["user:a@example.com"] }],
    });

    expect(authority.allows("user:a@example.com", "cloudtasks.tasks.create", QUEUE)).toBe(true);
  });

  it("is held by everybody, or by everybody with an identity, where the policy says so", () => {
    const { policies, authority } = startLocalIam();
    const allows = (member: string, by: string) => {
      policies.set(QUEUE, { bindings: [{ role: "roles/run.invoker", members: [by] }] });
      return authority.allows(member, "run.routes.invoke", QUEUE);
    };

    expect(allows("allUsers", "allUsers")).toBe(true);
    expect(allows("user:a@example.com", "allUsers")).toBe(true);
    expect(allows("user:a@example.com", "allAuthenticatedUsers")).toBe(true);
    expect(allows("allUsers", "allAuthenticatedUsers")).toBe(false);
  });

  it("is the owner's, whichever it is", () => {
    const { authority } = startLocalIam();

    expect(() => {
      authority.require(OWNER, "cloudtasks.queues.create", "projects/p");
    }).not.toThrow();
  });

  it("that is wanting is told in Google's words, and as an event", () => {
    const { authority, denied } = startLocalIam();

    expect(() => {
      authority.require("user:a@example.com", "cloudtasks.tasks.create", QUEUE);
    }).toThrow(
      expect.objectContaining({
        code: "PERMISSION_DENIED",
        message: `The principal (user or service account) lacks IAM permission "cloudtasks.tasks.create" for the resource "${QUEUE}" (or the resource may not exist).`,
      }),
    );
    expect(denied).toEqual([
      { member: "user:a@example.com", permission: "cloudtasks.tasks.create", resource: QUEUE },
    ]);
  });
});

// google-cloud.md 4.2
describe("Acting as an account", () => {
  it("takes iam.serviceAccounts.actAs on it, of the account itself as well", async () => {
    const iam = startLocalIam();
    const email = await iam.account("invoker");
    const self = `serviceAccount:${email}`;

    expect(() => {
      iam.authority.requireActAs(self, email);
    }).toThrow(
      `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${email}" (or the resource may not exist).`,
    );

    iam.policies.set(`projects/p/serviceAccounts/${email}`, {
      bindings: [{ role: "roles/iam.serviceAccountUser", members: [self] }],
    });
    expect(() => {
      iam.authority.requireActAs(self, email);
    }).not.toThrow();
  });

  it("takes an account that exists, of the owner too", () => {
    const { authority } = startLocalIam();

    expect(() => {
      authority.requireActAs(OWNER, "x@p.iam.gserviceaccount.com");
    }).toThrow(
      expect.objectContaining({
        code: "NOT_FOUND",
        message: "Service account x@p.iam.gserviceaccount.com does not exist.",
      }),
    );
  });

  it.each([
    { email: "x@other.iam.gserviceaccount.com", whose: "another project's account" },
    { email: "service-1@gcp-sa-cloudtasks.iam.gserviceaccount.com", whose: "a service agent" },
    { email: "a@example.com", whose: "a person" },
  ])("is refused to everybody, and to the owner, of $whose (G 4.1)", ({ email }) => {
    const { authority, denied } = startLocalIam();

    expect(() => {
      authority.requireActAs(OWNER, email);
    }).toThrow(
      expect.objectContaining({
        code: "PERMISSION_DENIED",
        message: `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${email}" (or the resource may not exist).`,
      }),
    );
    expect(denied).toEqual([
      {
        member: OWNER,
        permission: "iam.serviceAccounts.actAs",
        resource: `projects/-/serviceAccounts/${email}`,
      },
    ]);
  });

  it("is granted on the project for every account in it, the default one too (G 9.2)", async () => {
    const iam = startLocalIam();
    await iam.account("invoker");
    iam.policies.set("projects/p", {
      bindings: [{ role: "roles/iam.serviceAccountUser", members: ["user:a@example.com"] }],
    });

    for (const email of [
      "invoker@p.iam.gserviceaccount.com",
      "123456789012-compute@developer.gserviceaccount.com",
    ]) {
      expect(() => {
        iam.authority.requireActAs("user:a@example.com", email);
      }).not.toThrow();
    }
  });
});

describe("An account that is deleted (G 9.2)", () => {
  it("is nobody any more: its token is refused, and it is no member to bind", async () => {
    const iam = startLocalIam();
    const email = await iam.account("producer");
    const token = iam.authority.accessToken(email);

    await iam.call("DELETE serviceAccounts/{account}", email);

    expect(() => iam.authority.identify(`Bearer ${token}`)).toThrow(
      expect.objectContaining({ code: "UNAUTHENTICATED" }),
    );
    const bindings = [{ role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${email}`] }];
    expect(() => iam.policies.set(QUEUE, { bindings })).toThrow(
      `Service account ${email} does not exist.`,
    );
  });

  it("leaves nothing to one that is made again: who may act as it, and what it may do", async () => {
    const iam = startLocalIam();
    const email = await iam.account("producer");
    const { uniqueId } = await iam.call("GET serviceAccounts/{account}", email);
    const user = "user:a@example.com";
    iam.policies.set(`projects/p/serviceAccounts/${email}`, {
      bindings: [{ role: "roles/iam.serviceAccountUser", members: [user] }],
    });
    iam.policies.set("projects/p", {
      bindings: [{ role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${email}`] }],
    });

    await iam.call("DELETE serviceAccounts/{account}", email);
    await iam.account("producer");

    expect(iam.authority.allows(`serviceAccount:${email}`, "cloudtasks.tasks.create", QUEUE)).toBe(
      false,
    );
    expect(() => {
      iam.authority.requireActAs(user, email);
    }).toThrow(expect.objectContaining({ code: "PERMISSION_DENIED" }));
    expect(iam.policies.get("projects/p").bindings).toEqual([
      {
        role: "roles/cloudtasks.enqueuer",
        members: [`deleted:serviceAccount:${email}?uid=${uniqueId}`],
      },
    ]);
    const rebound = [{ role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${email}`] }];
    iam.policies.set(QUEUE, { bindings: rebound });
    expect(iam.authority.allows(`serviceAccount:${email}`, "cloudtasks.tasks.create", QUEUE)).toBe(
      true,
    );
  });
});
