import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool.js";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider.js";
import * as pulumi from "@pulumi/pulumi";
import { MAIN_REF } from "./githubEnvironments.ts";

export interface IdentityPoolArgs {
  project: string;
  repository: string;
  /** The repository's and its owner's numbers at GitHub: names can be given up and taken by others. */
  repositoryId: string;
  ownerId: string;

  /** The environments on GitHub whose jobs may be of any branch. Those of all others are of the main branch. */
  anyBranch: readonly string[];
}

/** What lets jobs of one repository be somebody at Google, without a key. */
export class IdentityPool extends pulumi.ComponentResource {
  /** What google-github-actions/auth calls the `workload_identity_provider`. */
  readonly provider: pulumi.Output<string>;
  readonly #pool: WorkloadIdentityPool;
  readonly #repositoryId: string;

  constructor(name: string, args: IdentityPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks-bootstrap:identity:IdentityPool", name, args, opts);
    const { project, repository, repositoryId, ownerId, anyBranch } = args;

    this.#repositoryId = repositoryId;
    this.#pool = new WorkloadIdentityPool(
      name,
      {
        project,
        workloadIdentityPoolId: name,
        displayName: "GitHub Actions",
        description: `Jobs of ${repository}.`,
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    const provider = new WorkloadIdentityPoolProvider(
      name,
      {
        project,
        workloadIdentityPoolId: this.#pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: name,
        displayName: "GitHub Actions",
        oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
        attributeMapping: { "google.subject": SUBJECT },
        attributeCondition:
          `assertion.repository_id == '${repositoryId}' && ` +
          `assertion.repository_owner_id == '${ownerId}' && ` +
          // GitHub's rules of environments say the same. Who may change these there is nobody here without them.
          `(assertion.ref == '${MAIN_REF}' || assertion.environment in ${listOf(anyBranch)})`,
      },
      { parent: this },
    );
    this.provider = provider.name;

    this.registerOutputs({ provider: this.provider });
  }

  /** The jobs that run in one of the repository's environments, as an IAM member. */
  jobsIn(environment: string): pulumi.Output<string> {
    const subject = `repository:${this.#repositoryId}:environment:${environment}`;
    return pulumi.interpolate`principal://iam.googleapis.com/${this.#pool.name}/subject/${subject}`;
  }
}

/**
 * Who a job is: its repository by number, and its environment. GitHub's own subject has names in it, in a form
 * that depends on the repository's age. A job without an environment has no such claim and gets no token.
 */
const SUBJECT = "'repository:' + assertion.repository_id + ':environment:' + assertion.environment";

/** A list of texts, in CEL. */
function listOf(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(", ")}]`;
}
