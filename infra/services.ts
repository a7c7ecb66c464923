import { Service } from "@pulumi/gcp/projects/service.js";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import * as pulumi from "@pulumi/pulumi";

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
}

/** The Google APIs that must be enabled before anything else, and the agent that sends the tasks. */
export class Services extends pulumi.ComponentResource {
  /** The Cloud Tasks service agent, as an IAM member. */
  readonly cloudTasksAgent: pulumi.Output<string>;

  constructor(name: string, args: ServicesArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:services:Services", name, {}, opts);

    const enabled = [...APIS, ...(args.apis ?? [])].map(
      (api) =>
        new Service(
          `${name}-${api}`,
          // Another program of the project may use it.
          { service: `${api}.googleapis.com`, disableOnDestroy: false },
          { parent: this },
        ),
    );
    const agent = new ServiceIdentity(
      `${name}-cloudtasks-agent`,
      { service: "cloudtasks.googleapis.com" },
      { parent: this, dependsOn: enabled },
    );
    this.cloudTasksAgent = agent.member;

    this.registerOutputs({ cloudTasksAgent: this.cloudTasksAgent });
  }
}
