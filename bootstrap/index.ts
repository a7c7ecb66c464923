import { KeyRing } from "@pulumi/gcp/kms/keyRing.js";
import * as pulumi from "@pulumi/pulumi";
import { Apis } from "./apis.ts";
import { loadConfig } from "./config.ts";
import { Environment } from "./environment.ts";
import { githubEnvironments as environmentsOf } from "./githubEnvironments.ts";
import { IdentityPool } from "./identityPool.ts";

const config = loadConfig();
const { project, location } = config;

const apis = new Apis("apis", { project });
const enabled = { dependsOn: apis };

/** What each environment on GitHub asks for, before a job runs in it. */
export const githubEnvironments = Object.fromEntries(
  Object.entries(config.environments).flatMap(([name, environment]) =>
    Object.entries(environmentsOf(name, environment)),
  ),
);

const anyBranch = Object.entries(githubEnvironments)
  .filter(([, { isMainOnly }]) => !isMainOnly)
  .map(([name]) => name);
const identityPool = new IdentityPool("github", { ...config, anyBranch }, enabled);
const keyRing = new KeyRing("pulumi", { project, location, name: "pulumi" }, enabled);

const environments = Object.entries(config.environments).map(
  ([name, environment]) =>
    new Environment(
      name,
      {
        project,
        location,
        environment,
        imagesFrom: config.environments[environment.promotesFrom ?? ""]?.project,
        keyRing,
        identityPool,
      },
      enabled,
    ),
);

/** The repository on GitHub: owner and name. */
export const { repository } = config;

/** The variable of the repository on GitHub. */
export const workloadIdentityProvider = identityPool.provider;

/** The variables of each environment on GitHub. */
export const githubVariables = pulumi
  .all(environments.map((environment) => environment.githubVariables))
  .apply((each) => Object.assign({}, ...each) as Record<string, unknown>);
