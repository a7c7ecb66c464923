import { Service, type ServiceArgs } from "@pulumi/gcp/projects/service.js";
import { ServiceIdentity, type ServiceIdentityArgs } from "@pulumi/gcp/projects/serviceIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import { transformed, type Transform } from "./transform.ts";

/** The APIs that the program uses. */
const APIS = [
  "artifactregistry",
  "cloudscheduler",
  "cloudtasks",
  "iam",
  "logging",
  "monitoring",
  "run",
  "secretmanager",
];

export interface ServicesArgs {
  /**
   * APIs that this stack uses besides, such as `sqladmin`.
   *
   * @default - none
   */
  apis?: readonly string[];

  /** @default - the resources as this component asks for them */
  transform?: { api?: Transform<ServiceArgs>; agent?: Transform<ServiceIdentityArgs> };
}

/** The Google APIs that must be enabled before anything else, and the agent that sends the tasks. */
export class Services extends pulumi.ComponentResource {
  /** The Cloud Tasks service agent, as an IAM member. */
  readonly cloudTasksAgent: pulumi.Output<string>;

  constructor(name: string, args: ServicesArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:services:Services", name, {}, opts);

    const { apis = [], transform } = args;

    const enabled = [...APIS, ...apis].map((api) => {
      const apiName = `${name}-${api}`;
      return new Service(
        apiName,
        transformed(transform?.api, apiName, {
          service: `${api}.googleapis.com`,
          // Another program of the project may use it.
          disableOnDestroy: false,
        }),
        { parent: this },
      );
    });
    const agentName = `${name}-cloudtasks-agent`;
    const agent = new ServiceIdentity(
      agentName,
      transformed(transform?.agent, agentName, { service: "cloudtasks.googleapis.com" }),
      { parent: this, dependsOn: enabled },
    );
    this.cloudTasksAgent = agent.member;

    this.registerOutputs({ cloudTasksAgent: this.cloudTasksAgent });
  }
}
