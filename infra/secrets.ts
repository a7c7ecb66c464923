import { Secret } from "@pulumi/gcp/secretmanager/secret.js";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember.js";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { settingSecretName, settingVariable } from "../tasks/contract/setting.ts";
import { secretId } from "./config/names.ts";

export interface StackSecretArgs {
  /** The secret's id in the project. */
  secretId: string;

  /** What is kept secret, marked as such. A new value makes a new version. */
  value: pulumi.Output<string>;
}

/** A secret for each of the stack's secret settings, by the worker's variable that reads it. */
export function settingSecrets(
  { stack, settings }: { stack: string; settings: { secret: SecretTexts } },
  opts: pulumi.ComponentResourceOptions,
): Record<string, StackSecret> {
  return Object.fromEntries(
    Object.entries(settings.secret).map(([name, value]) => [
      settingVariable(name),
      new StackSecret(settingSecretName(name), { secretId: secretId(stack, name), value }, opts),
    ]),
  );
}

type SecretTexts = Readonly<Record<string, pulumi.Output<string>>>;

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

  constructor(name: string, args: StackSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:secrets:StackSecret", name, args, opts);
    const { secretId, value } = args;

    this.#name = name;
    const secret = new Secret(
      name,
      { secretId, replication: { auto: {} } },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    const version = new SecretVersion(
      name,
      { secret: secret.id, secretData: value },
      { parent: this },
    );
    this.secretId = secret.secretId;
    this.version = version.version;

    this.registerOutputs({ secretId: this.secretId, version: this.version });
  }

  /** Lets `member` read the secret. `suffix` becomes part of the grant's name, so keep it stable. */
  grantAccess(suffix: string, member: pulumi.Input<string>): SecretIamMember {
    return new SecretIamMember(
      `${this.#name}-accessor-${suffix}`,
      { secretId: this.secretId, role: "roles/secretmanager.secretAccessor", member },
      { parent: this },
    );
  }
}
