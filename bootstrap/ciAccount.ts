import type { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole.js";
import { IAMMember as ProjectIAMMember } from "@pulumi/gcp/projects/iammember.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember.js";
import * as pulumi from "@pulumi/pulumi";
import type { IdentityPool } from "./identityPool.ts";

export interface CiAccountArgs {
  /** The project that the account lives in. */
  project: string;
  accountId: string;
  displayName: string;
  identityPool: IdentityPool;

  /** The environments on GitHub whose jobs are this account. */
  githubEnvironments: readonly string[];
}

/** An account that jobs of some environments on GitHub act as. There is no key to it. */
export class CiAccount extends pulumi.ComponentResource {
  readonly email: pulumi.Output<string>;
  /** The account as an IAM member. */
  readonly member: pulumi.Output<string>;
  readonly #name: string;

  constructor(name: string, args: CiAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks-bootstrap:ci:CiAccount", name, {}, opts);
    const { project, accountId, displayName, identityPool, githubEnvironments } = args;

    this.#name = name;
    const account = new Account(
      name,
      { project, accountId, displayName },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    for (const environment of githubEnvironments) {
      new IAMMember(
        `${name}-jobs-in-${environment}`,
        {
          serviceAccountId: account.name,
          role: "roles/iam.workloadIdentityUser",
          member: identityPool.jobsIn(environment),
        },
        { parent: this },
      );
    }
    this.email = account.email;
    this.member = account.member;

    this.registerOutputs({ email: this.email });
  }

  /** Gives the account roles on a project. `suffix` becomes part of the grants' names, so keep it stable. */
  grantOnProject(suffix: string, project: string, roles: readonly string[]): void {
    for (const role of roles) {
      new ProjectIAMMember(
        `${this.#name}-${suffix}-${role.replace("roles/", "")}`,
        { project, role, member: this.member },
        { parent: this },
      );
    }
  }

  /** Gives the account a role of a project's own. */
  grantCustomRole(suffix: string, project: string, role: IAMCustomRole): void {
    new ProjectIAMMember(
      `${this.#name}-${suffix}-log-metrics`,
      {
        project,
        role: pulumi.interpolate`projects/${project}/roles/${role.roleId}`,
        member: this.member,
      },
      { parent: this },
    );
  }

  /** Lets the account read the values of those secrets of a project whose names begin with `prefix`. */
  grantSecretsOf(suffix: string, project: string, prefix: string): void {
    new ProjectIAMMember(
      `${this.#name}-${suffix}-secrets`,
      {
        project,
        role: "roles/secretmanager.secretAccessor",
        member: this.member,
        condition: {
          title: `secrets-of-${prefix}`,
          expression: `resource.name.extract("/secrets/{secret}/").startsWith("${prefix}-")`,
        },
      },
      { parent: this },
    );
  }
}
