import { Service } from "@pulumi/gcp/projects/service.js";
import * as pulumi from "@pulumi/pulumi";

/** What the project of the bootstrap has to serve. */
const APIS = ["cloudkms", "cloudresourcemanager", "iam", "iamcredentials", "storage", "sts"];

export interface ApisArgs {
  project: string;
}

/** The Google APIs that must be enabled before anything else. */
export class Apis extends pulumi.ComponentResource {
  constructor(name: string, args: ApisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks-bootstrap:apis:Apis", name, args, opts);
    const { project } = args;

    for (const api of APIS) {
      new Service(
        `${name}-${api}`,
        // Another program of the project may use it.
        { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
        { parent: this },
      );
    }

    this.registerOutputs({});
  }
}
