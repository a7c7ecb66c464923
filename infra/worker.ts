import { Service, type ServiceArgs } from "@pulumi/gcp/cloudrunv2/service.js";
import {
  ServiceIamMember,
  type ServiceIamMemberArgs,
} from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import {
  IAMMember as ProjectIamMember,
  type IAMMemberArgs as ProjectIamMemberArgs,
} from "@pulumi/gcp/projects/iammember.js";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account.js";
import { IAMMember, type IAMMemberArgs } from "@pulumi/gcp/serviceaccount/iammember.js";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkSettings } from "../tasks/contract/contract.ts";
import { environment } from "../tasks/contract/environment.ts";
import type { KmsKeys } from "./config/kmsKeys.ts";
import { labelled, type Labels } from "./config/labels.ts";
import { DEFAULT_WORKER, ofWorker, workerNames, type Naming } from "./config/names.ts";
import type { WorkerConfig } from "./config/workerSettings.ts";
import type { StackSecret } from "./secrets.ts";
import { transformed, type Transform } from "./transform.ts";

export interface WorkerArgs extends Naming {
  /** Its key in `tasks/workers.ts`. */
  key: string;
  project: string;
  /** A service cannot move: a new region means a new service and a new URL. */
  region: string;

  /** The image, by digest. */
  image: pulumi.Input<string>;
  worker: WorkerConfig;

  /** Environment variables, besides the invoker's. */
  environment: Readonly<Record<string, pulumi.Input<string>>>;

  /** Environment variables whose values are secrets. */
  secrets: Readonly<Record<string, StackSecret>>;

  /** Cloud Tasks' agent, as an IAM member: it sends the tasks as the invoker. */
  agent: pulumi.Input<string>;

  /** Refuse to delete the service. One that is retired can be. */
  protect: boolean;

  /** @default - none */
  labels?: Labels;

  /** @default - Google's */
  kmsKeys?: KmsKeys;

  /** @default - the resources as this component asks for them */
  transform?: WorkerTransform;
}

/** What may be changed of a worker's service, accounts and grants. */
export interface WorkerTransform {
  service?: Transform<ServiceArgs>;
  account?: Transform<AccountArgs>;
  callGrant?: Transform<ServiceIamMemberArgs>;
  actAsGrant?: Transform<IAMMemberArgs>;
  connectGrant?: Transform<ProjectIamMemberArgs>;
}

/**
 * A Cloud Run service that runs handlers, the account it runs as, and the only account that may call it. It
 * answers nobody outside the project's network but Cloud Tasks.
 */
export class Worker extends pulumi.ComponentResource {
  /** Its name in the program, which is part of its grants' names. */
  readonly name: string;
  readonly url: pulumi.Output<string>;
  /** `projects/my-project/locations/europe-west1/services/dev-worker` */
  readonly fullName: pulumi.Output<string>;
  /** The worker's own account, as an IAM member. */
  readonly member: pulumi.Output<string>;
  /** The e-mail address of the account that tasks are sent as. */
  readonly invoker: pulumi.Output<string>;
  /** The invoker's right to call the worker, and Cloud Tasks' to send as the invoker: no task goes before these. */
  readonly callGrants: readonly pulumi.Resource[];

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:worker:Worker", name, {}, opts);
    const { key, stack, project, region, image, worker, secrets, labels = {}, transform } = args;
    const encryptionKey = args.kmsKeys?.run;
    const sockets = worker.cloudSqlInstances ?? [];
    const { service: serviceName, workerAccount, invokerAccount } = workerNames(args, key);
    const childOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const protect = args.protect && !worker.retired;

    this.name = name;
    const [title, addressee] =
      key === DEFAULT_WORKER ? ["the worker", ""] : [`worker '${key}'`, ` to worker '${key}'`];
    // An 'up' that was broken off may have made the accounts already: the next one takes them over.
    const account = new Account(
      name,
      transformed(transform?.account, name, {
        accountId: workerAccount,
        displayName: `${stack}: ${title} runs as this`,
        createIgnoreAlreadyExists: true,
      }),
      childOptions,
    );
    const invokerName = ofWorker("worker-invoker", key);
    const invoker = new Account(
      invokerName,
      transformed(transform?.account, invokerName, {
        accountId: invokerAccount,
        displayName: `${stack}: tasks are sent${addressee} as this`,
        createIgnoreAlreadyExists: true,
      }),
      childOptions,
    );
    this.member = account.member;
    this.invoker = invoker.email;
    const accessGrants = Object.values(secrets).map((secret) =>
      secret.grantAccess(name, account.member),
    );
    const socketGrants = sockets.map((connection) =>
      this.#grantConnecting(connection, account.member, transform?.connectGrant),
    );

    const service = new Service(
      name,
      transformed<ServiceArgs>(transform?.service, name, {
        name: serviceName,
        location: region,
        ...labelled(labels),
        ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
        deletionProtection: protect,
        template: {
          // The bill and the logs have the labels of the revision.
          ...labelled(labels),
          ...(encryptionKey !== undefined && { encryptionKey }),
          ...(worker.network && { vpcAccess: vpcAccessOf(worker.network) }),
          ...(sockets.length > 0 && {
            volumes: [{ name: SOCKETS, cloudSqlInstance: { instances: [...sockets] } }],
          }),
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
              ...(sockets.length > 0 && {
                volumeMounts: [{ name: SOCKETS, mountPath: "/cloudsql" }],
              }),
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
      }),
      {
        parent: this,
        // Beside Google's own protection, which refuses when the rest is changed already.
        protect,
        // A revision that cannot read its secrets never becomes ready, nor one without its sockets.
        dependsOn: [...accessGrants, ...socketGrants],
        // What replaces it is in another region, where its name is free: until the queues are there too, the
        // old ones need the old service.
        deleteBeforeReplace: false,
      },
    );
    this.url = service.uri;
    this.fullName = pulumi.interpolate`projects/${project}/locations/${region}/services/${service.name}`;
    const mayCall = new ServiceIamMember(
      invokerName,
      transformed(transform?.callGrant, invokerName, {
        name: service.name,
        location: service.location,
        role: "roles/run.invoker",
        member: invoker.member,
      }),
      {
        parent: this,
        // As long as the old queues are there, their tasks go to the old service.
        deleteBeforeReplace: false,
      },
    );

    const agentName = ofWorker("worker-invoker-user-cloud-tasks", key);
    const maySend = new IAMMember(
      agentName,
      transformed(transform?.actAsGrant, agentName, {
        serviceAccountId: invoker.name,
        role: "roles/iam.serviceAccountUser",
        member: args.agent,
      }),
      { parent: this },
    );
    this.callGrants = [mayCall, maySend];

    this.registerOutputs({ url: this.url, invoker: this.invoker });
  }

  /**
   * Lets the worker connect to one Cloud SQL instance. Google has no narrower place for it than the project with
   * a condition: https://cloud.google.com/sql/docs/postgres/iam-conditions
   */
  #grantConnecting(
    connection: string,
    member: pulumi.Input<string>,
    transform: WorkerTransform["connectGrant"],
  ): ProjectIamMember {
    const { project, instance } = instanceOf(connection);
    const name = `${this.name}-sql-${connection}`;
    return new ProjectIamMember(
      name,
      transformed(transform, name, {
        project,
        role: "roles/cloudsql.client",
        member,
        condition: {
          title: `only ${instance}`,
          expression:
            `resource.name == "projects/${project}/instances/${instance}" && ` +
            'resource.service == "sqladmin.googleapis.com"',
        },
      }),
      { parent: this },
    );
  }
}

/** The volume of the sockets of Cloud SQL's instances. */
const SOCKETS = "cloudsql";

/** `my-project:europe-west1:orders`; the id of a project may have a ':'. */
function instanceOf(connection: string): { project: string; instance: string } {
  const parts = connection.split(":");
  return { project: parts.slice(0, -2).join(":"), instance: parts.at(-1) ?? "" };
}

function vpcAccessOf({ egress = "PRIVATE_RANGES_ONLY", tags, ...names }: NetworkSettings) {
  return { egress, networkInterfaces: [{ ...names, ...(tags && { tags: [...tags] }) }] };
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
