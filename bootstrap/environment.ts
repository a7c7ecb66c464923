import type { KeyRing } from "@pulumi/gcp/kms/keyRing.js";
import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole.js";
import * as pulumi from "@pulumi/pulumi";
import { CiAccount } from "./ciAccount.ts";
import type { EnvironmentConfig } from "./config.ts";
import { githubEnvironments, type GithubEnvironment } from "./githubEnvironments.ts";
import type { IdentityPool } from "./identityPool.ts";
import { DEPLOYER_ROLES, PREVIEWER_LOG_PERMISSIONS, PREVIEWER_ROLES } from "./roles.ts";
import { StateStore } from "./stateStore.ts";

export interface EnvironmentArgs {
  /** The project that holds what CI needs. */
  project: string;
  location: string;
  environment: EnvironmentConfig;
  /** The project of the environment whose images this one runs, if there is one. */
  imagesFrom?: string | undefined;
  keyRing: KeyRing;
  identityPool: IdentityPool;
}

/** What one environment needs in CI: a place for its state, who deploys it, and who previews it. */
export class Environment extends pulumi.ComponentResource {
  /** The variables of the environments on GitHub, by environment. */
  readonly githubVariables: pulumi.Output<Record<string, GithubVariables>>;

  /** `name` is the stack's, and that of the environment on GitHub that deploys it. */
  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks-bootstrap:environment:Environment", name, {}, opts);
    const { project, location, environment, imagesFrom, keyRing, identityPool } = args;
    const childOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };

    const store = new StateStore(
      name,
      { project, location, bucketName: `${project}-state-${name}`, keyRing },
      childOptions,
    );
    const deployerJobs = jobsOf("deployer", name, environment);
    const deployer = new CiAccount(
      `${name}-deployer`,
      {
        project,
        accountId: `${name}-deployer`,
        displayName: `${name}: deploys from GitHub`,
        identityPool,
        githubEnvironments: deployerJobs,
      },
      childOptions,
    );
    store.grantDeploy("deployer", deployer.member);
    deployer.grantOnProject(name, environment.project, DEPLOYER_ROLES);
    if (imagesFrom !== undefined) {
      deployer.grantOnProject("images", imagesFrom, ["roles/artifactregistry.reader"]);
    }

    const variables: Record<string, pulumi.Output<GithubVariables>> = {};
    for (const job of deployerJobs) variables[job] = variablesOf(deployer, store, args);
    if (!environment.isThrowAway) {
      const previewer = makePreviewer(name, args, store, childOptions);
      for (const job of jobsOf("previewer", name, environment)) {
        variables[job] = variablesOf(previewer, store, args);
      }
    }
    this.githubVariables = pulumi.output(variables);

    this.registerOutputs({ githubVariables: this.githubVariables });
  }
}

/** Variables of an environment on GitHub. */
export interface GithubVariables {
  readonly SERVICE_ACCOUNT: string;
  readonly PULUMI_BACKEND_URL: string;
  readonly PULUMI_SECRETS_PROVIDER: string;
  /** Where the stack is deployed. */
  readonly GCP_PROJECT: string;
  readonly GCP_REGION: string;
}

/** The environments on GitHub whose jobs are an account. */
function jobsOf(
  account: GithubEnvironment["account"],
  name: string,
  environment: EnvironmentConfig,
): string[] {
  return Object.entries(githubEnvironments(name, environment)).flatMap(([job, its]) =>
    its.account === account ? [job] : [],
  );
}

function makePreviewer(
  name: string,
  { project, environment, identityPool }: EnvironmentArgs,
  store: StateStore,
  opts: pulumi.ComponentResourceOptions,
): CiAccount {
  const previewer = new CiAccount(
    `${name}-previewer`,
    {
      project,
      accountId: `${name}-previewer`,
      displayName: `${name}: previews from GitHub, and only reads`,
      identityPool,
      githubEnvironments: jobsOf("previewer", name, environment),
    },
    opts,
  );
  store.grantPreview("previewer", previewer.member);
  previewer.grantOnProject(name, environment.project, PREVIEWER_ROLES);
  const logMetrics = new IAMCustomRole(
    `${name}-log-metrics`,
    {
      project: environment.project,
      roleId: `${name.replaceAll("-", "_")}_log_metrics`,
      title: `${name}: reads log-based metrics and exclusions, and no log`,
      permissions: [...PREVIEWER_LOG_PERMISSIONS],
    },
    opts,
  );
  previewer.grantCustomRole(name, environment.project, logMetrics);
  // Whether a secret is still what the program says can only be seen by looking.
  previewer.grantSecretsOf(name, environment.project, name);
  return previewer;
}

function variablesOf(
  account: CiAccount,
  store: StateStore,
  { environment, location }: EnvironmentArgs,
): pulumi.Output<GithubVariables> {
  return pulumi.output({
    SERVICE_ACCOUNT: account.email,
    PULUMI_BACKEND_URL: store.backendUrl,
    PULUMI_SECRETS_PROVIDER: store.secretsProvider,
    GCP_PROJECT: environment.project,
    GCP_REGION: location,
  });
}
