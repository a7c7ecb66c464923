import { Secret, type SecretArgs } from "@pulumi/gcp/secretmanager/secret.js";
import {
  SecretIamMember,
  type SecretIamMemberArgs,
} from "@pulumi/gcp/secretmanager/secretIamMember.js";
import { SecretVersion, type SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { settingSecretName, settingVariable } from "../tasks/contract/setting.ts";
import type { KmsKeys } from "./config/kmsKeys.ts";
import { labelled, type Labels } from "./config/labels.ts";
import { secretId, type Naming } from "./config/names.ts";
import { transformed, type Transform } from "./transform.ts";

export interface StackSecretArgs {
  /** The secret's id in the project. */
  secretId: string;

  /** What is kept secret, marked as such. A new value makes a new version. */
  value: pulumi.Output<string>;

  /** @default - none */
  labels?: Labels | undefined;

  /**
   * The key of one's own that the value is encrypted with, and the region of both. The value is then in that
   * region alone.
   *
   * @default - Google's key, and wherever Google keeps it
   */
  encryption?: { kmsKeyName: string; region: string } | undefined;

  /** @default - the resources as this component asks for them */
  transform?: SecretTransform | undefined;
}

/** What may be changed of a secret, its version and its grants. */
export interface SecretTransform {
  secret?: Transform<SecretArgs>;
  version?: Transform<SecretVersionArgs>;
  grant?: Transform<SecretIamMemberArgs>;
}

/** A secret for each of the stack's secret settings, by the worker's variable that reads it. */
export function settingSecrets(
  args: SettingSecretsArgs,
  opts: pulumi.ComponentResourceOptions,
): Record<string, StackSecret> {
  const { region, settings, labels, kmsKeys, transform } = args;
  const kmsKeyName = kmsKeys.secretmanager;
  const encryption = kmsKeyName === undefined ? undefined : { kmsKeyName, region };
  return Object.fromEntries(
    Object.entries(settings.secret).map(([name, value]) => [
      settingVariable(name),
      new StackSecret(
        settingSecretName(name),
        { secretId: secretId(args, name), value, labels, encryption, transform },
        opts,
      ),
    ]),
  );
}

export interface SettingSecretsArgs extends Naming {
  region: string;
  labels: Labels;
  kmsKeys: KmsKeys;
  settings: { secret: Readonly<Record<string, pulumi.Output<string>>> };

  /** @default - the resources as the components ask for them */
  transform?: SecretTransform;
}

/** The worker's variables of the settings that are no secrets. */
export function settingVariables(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [settingVariable(name), text]),
  );
}

/** A value in Secret Manager, its version, and the right to read it. */
export class StackSecret extends pulumi.ComponentResource {
  readonly secretId: pulumi.Output<string>;
  /** The version that holds the value: what reads it is pinned to it. */
  readonly version: pulumi.Output<string>;
  readonly #name: string;
  readonly #transform: SecretTransform | undefined;

  constructor(name: string, args: StackSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    const { secretId, value, labels = {}, encryption, transform } = args;
    super("background-tasks:secrets:StackSecret", name, { secretId, value }, opts);

    this.#name = name;
    this.#transform = transform;
    const secret = new Secret(
      name,
      transformed(transform?.secret, name, {
        secretId,
        replication: replicationOf(encryption),
        ...labelled(labels),
      }),
      {
        parent: this,
        dependsOn: opts?.dependsOn ?? [],
        // Of a secret its replication cannot change, and another secret cannot have its name.
        deleteBeforeReplace: true,
      },
    );
    const version = new SecretVersion(
      name,
      transformed(transform?.version, name, { secret: secret.id, secretData: value }),
      { parent: this },
    );
    this.secretId = secret.secretId;
    this.version = version.version;

    this.registerOutputs({ secretId: this.secretId, version: this.version });
  }

  /** Lets `member` read the secret. `suffix` becomes part of the grant's name, so keep it stable. */
  grantAccess(suffix: string, member: pulumi.Input<string>): SecretIamMember {
    const name = `${this.#name}-accessor-${suffix}`;
    return new SecretIamMember(
      name,
      transformed(this.#transform?.grant, name, {
        secretId: this.secretId,
        role: "roles/secretmanager.secretAccessor",
        member,
      }),
      { parent: this },
    );
  }
}

function replicationOf(encryption: StackSecretArgs["encryption"]): SecretArgs["replication"] {
  if (encryption === undefined) return { auto: {} };
  const { kmsKeyName, region: location } = encryption;
  return { userManaged: { replicas: [{ location, customerManagedEncryption: { kmsKeyName } }] } };
}
