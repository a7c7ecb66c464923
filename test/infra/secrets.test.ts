import * as pulumi from "@pulumi/pulumi";
import { StackSecret } from "../../infra/secrets.ts";
import {
  allRegistrations,
  inputsOf,
  noteOptions,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

describe("StackSecret", () => {
  beforeEach(() => startDeployment());

  const make = (): StackSecret =>
    new StackSecret("smtp-url", {
      secretId: "dev-smtp-url",
      value: pulumi.secret("smtp://mail.example.com"),
    });

  it("keeps the value in a version of a replicated secret, and names that version", async () => {
    const secret = make();

    expect(await inputsOf("Secret", "smtp-url")).toEqual({
      secretId: "dev-smtp-url",
      replication: { auto: {} },
    });
    expect(await inputsOf("SecretVersion", "smtp-url")).toEqual({
      secret: "smtp-url-id",
      secretData: "smtp://mail.example.com",
    });
    expect(await valueOf(secret.version)).toBe("3623736224");
  });

  it("has labels, and keeps the value in the region of the key that encrypts it", async () => {
    new StackSecret("smtp-url", {
      secretId: "dev-smtp-url",
      value: pulumi.secret("smtp://mail.example.com"),
      labels: { team: "mail" },
      encryption: { kmsKeyName: "a-key", region: "europe-west1" },
    });

    expect(await inputsOf("Secret", "smtp-url")).toEqual({
      secretId: "dev-smtp-url",
      labels: { team: "mail" },
      replication: {
        userManaged: {
          replicas: [
            {
              location: "europe-west1",
              customerManagedEncryption: { kmsKeyName: "a-key" },
            },
          ],
        },
      },
    });
  });

  it("is deleted before another secret takes its name", async () => {
    const { options, opts } = noteOptions();
    new StackSecret("smtp-url", { secretId: "dev-smtp-url", value: pulumi.secret("v") }, opts);
    await allRegistrations();

    expect(options.get("Secret smtp-url")?.deleteBeforeReplace).toBe(true);
  });

  it("grants nobody anything by itself", async () => {
    make();

    const types = (await allRegistrations()).map(({ type }) => type);
    expect(types.filter((type) => type.endsWith("Member"))).toEqual([]);
  });

  it("lets a member read it, and no more", async () => {
    make().grantAccess("worker", "serviceAccount:w@p.iam.gserviceaccount.com");

    expect(await inputsOf("SecretIamMember", "smtp-url-accessor-worker")).toEqual({
      secretId: "dev-smtp-url",
      role: "roles/secretmanager.secretAccessor",
      member: "serviceAccount:w@p.iam.gserviceaccount.com",
    });
  });
});
