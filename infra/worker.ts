import { Service } from "@pulumi/gcp/cloudrunv2/service.js";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember.js";
import * as pulumi from "@pulumi/pulumi";
import { environment } from "../tasks/contract/environment.ts";
import type { WorkerSettings } from "./config/checks.ts";
import { cloudNames } from "./config/names.ts";
import type { StackSecret } from "./secrets.ts";

export interface WorkerArgs {
  stack: string;
  project: string;
  /** A service cannot move: a new region means a new service and a new URL. */
  region: string;

  /** The image, by digest. */
  image: pulumi.Input<string>;
  worker: WorkerSettings;

  /** Environment variables, besides the invoker's. */
  environment: Readonly<Record<string, pulumi.Input<string>>>;

  /** Environment variables whose values are secrets. */
  secrets: Readonly<Record<string, StackSecret>>;

  /** Refuse to delete the service. */
  protect: boolean;
}

/**
 * The Cloud Run service that runs the handlers, the account it runs as, and the only account that may call
 * it. It answers nobody outside the project's network but Cloud Tasks.
 */
export class Worker extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  /** `projects/my-project/locations/europe-west1/services/dev-worker` */
  readonly fullName: pulumi.Output<string>;
  /** The worker's own account, as an IAM member. */
  readonly member: pulumi.Output<string>;
  /** The e-mail address of the account that tasks are sent as. */
  readonly invoker: pulumi.Output<string>;
  /** The invoker's right to call the worker. */
  readonly invokerGrant: ServiceIamMember;
  readonly #invokerAccount: Account;
  readonly #name: string;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:worker:Worker", name, {}, opts);
    const { stack, project, region, image, worker, secrets, protect } = args;
    const { service: serviceName, workerAccount, invokerAccount } = cloudNames(stack);
    const childOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };

    this.#name = name;
    // An 'up' that was broken off may have made the accounts already: the next one takes them over.
    const account = new Account(
      name,
      {
        accountId: workerAccount,
        displayName: `${stack}: the worker runs as this`,
        createIgnoreAlreadyExists: true,
      },
      childOptions,
    );
    this.#invokerAccount = new Account(
      `${name}-invoker`,
      {
        accountId: invokerAccount,
        displayName: `${stack}: tasks are sent as this`,
        createIgnoreAlreadyExists: true,
      },
      childOptions,
    );
    this.member = account.member;
    this.invoker = this.#invokerAccount.email;
    const accessGrants = Object.values(secrets).map((secret) =>
      secret.grantAccess("worker", account.member),
    );

    const service = new Service(
      name,
      {
        name: serviceName,
        location: region,
        ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
        deletionProtection: protect,
        template: {
          serviceAccount: account.email,
          timeout: worker.timeout,
          maxInstanceRequestConcurrency: worker.concurrency,
          scaling: {
            minInstanceCount: worker.minInstances,
            maxInstanceCount: worker.maxInstances,
          },
          containers: [
            {
              image,
              resources: {
                limits: { cpu: worker.cpu, memory: worker.memory },
                // The worker does nothing between requests.
                cpuIdle: true,
                startupCpuBoost: true,
              },
              envs: [
                ...plainVariables({
                  ...args.environment,
                  [environment.invoker]: this.invoker,
                }),
                ...secretVariables(secrets),
              ],
              startupProbe: {
                httpGet: { path: "/health" },
                periodSeconds: 1,
                timeoutSeconds: 1,
                failureThreshold: 30,
              },
              // A worker that is blocked is replaced after half a minute.
              livenessProbe: {
                httpGet: { path: "/health" },
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 3,
              },
            },
          ],
        },
      },
      {
        parent: this,
        // Beside Google's own protection, which refuses when the rest is changed already.
        protect,
        // A revision that cannot read its secrets never becomes ready.
        dependsOn: accessGrants,
        // What replaces it is in another region, where its name is free: until the queues are there too, the
        // old ones need the old service.
        deleteBeforeReplace: false,
      },
    );
    this.url = service.uri;
    this.fullName = pulumi.interpolate`projects/${project}/locations/${region}/services/${service.name}`;
    this.invokerGrant = new ServiceIamMember(
      `${name}-invoker`,
      {
        name: service.name,
        location: service.location,
        role: "roles/run.invoker",
        member: this.#invokerAccount.member,
      },
      {
        parent: this,
        // As long as the old queues are there, their tasks go to the old service.
        deleteBeforeReplace: false,
      },
    );

    this.registerOutputs({ url: this.url, invoker: this.invoker });
  }

  /** Lets `member` send tasks as the invoker. `suffix` becomes part of the grant's name, so keep it stable. */
  grantActAsInvoker(suffix: string, member: pulumi.Input<string>): IAMMember {
    return new IAMMember(
      `${this.#name}-invoker-user-${suffix}`,
      {
        serviceAccountId: this.#invokerAccount.name,
        role: "roles/iam.serviceAccountUser",
        member,
      },
      { parent: this },
    );
  }
}

function plainVariables(values: Readonly<Record<string, pulumi.Input<string>>>) {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function secretVariables(secrets: Readonly<Record<string, StackSecret>>) {
  return Object.entries(secrets).map(([name, { secretId, version }]) => ({
    name,
    valueSource: { secretKeyRef: { secret: secretId, version } },
  }));
}
