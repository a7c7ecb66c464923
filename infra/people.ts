import {
  ServiceIamMember,
  type ServiceIamMemberArgs,
} from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import { IAMCustomRole, type IAMCustomRoleArgs } from "@pulumi/gcp/projects/iamcustomRole.js";
import { IAMMember, type IAMMemberArgs } from "@pulumi/gcp/projects/iammember.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomId, type RandomIdArgs } from "@pulumi/random/randomId.js";
import { QUEUE_SUFFIX_BYTES, rolePrefix, type Naming } from "./config/names.ts";
import type { Queues } from "./queues.ts";
import { transformed, type Transform } from "./transform.ts";
import type { Workers } from "./workers.ts";

export interface PeopleArgs extends Naming {
  project: string;
  region: string;
  /** The IAM members that operate the stack: they see payloads, redrive, discard and pause. */
  operators: readonly string[];
  /** The IAM members that see what there is and why it failed, and no payload. */
  viewers: readonly string[];
  queues: Queues;
  workers: Pick<Workers, "byKey">;

  /**
   * What to change of the roles, their ids, and the grants on the project and on the workers. Those on queues
   * are the queues' own.
   *
   * @default - the resources as this component asks for them
   */
  transform?: {
    role?: Transform<IAMCustomRoleArgs>;
    roleId?: Transform<RandomIdArgs>;
    projectGrant?: Transform<IAMMemberArgs>;
    workerGrant?: Transform<ServiceIamMemberArgs>;
  };
}

/** What Google has no narrower role for. Whoever holds one of these can neither delete nor empty a queue. */
export const ROLES = {
  pauser: {
    title: "pauses queues",
    permissions: ["cloudtasks.queues.get", "cloudtasks.queues.pause", "cloudtasks.queues.resume"],
  },
  viewer: {
    title: "sees tasks without their payloads",
    permissions: ["cloudtasks.queues.get", "cloudtasks.tasks.get", "cloudtasks.tasks.list"],
  },
} as const;

/** What Google has no narrower place for than the project: its jobs have no policy, and neither have its logs. */
const ON_PROJECT = {
  viewer: ["roles/cloudscheduler.viewer", "roles/logging.viewer", "roles/monitoring.viewer"],
  // A pause is told to the alerts by a line of the project's log.
  operator: ["roles/cloudscheduler.jobRunner", "roles/logging.logWriter"],
} as const;

/** Lets people see a stack and operate it, as far as that needs no change of what is deployed. */
export class People extends pulumi.ComponentResource {
  constructor(name: string, args: PeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:people:People", name, {}, opts);
    const { stack, project, region, operators, viewers, queues, workers, transform } = args;

    const makeRole = (key: keyof typeof ROLES): IAMCustomRole => {
      const { title, permissions } = ROLES[key];
      // The id of a deleted role stays taken for weeks.
      const idName = `${key}-role`;
      const id = new RandomId(
        idName,
        transformed(transform?.roleId, idName, {
          byteLength: QUEUE_SUFFIX_BYTES,
          prefix: rolePrefix(args, key),
        }),
        { parent: this },
      );
      return new IAMCustomRole(
        key,
        transformed(transform?.role, key, {
          roleId: id.hex,
          title: `${stack}: ${title}`.slice(0, MAX_TITLE),
          permissions: [...permissions],
        }),
        { parent: this, dependsOn: opts?.dependsOn ?? [] },
      );
    };
    const onProject = (role: string, member: string): void => {
      const grant = `project-${role.replace("roles/", "")}-${member}`;
      new IAMMember(grant, transformed(transform?.projectGrant, grant, { project, role, member }), {
        parent: this,
      });
    };
    const seesAll = (member: string): void => {
      for (const [key, worker] of workers.byKey) {
        const grant = `${key}-viewer-${member}`;
        new ServiceIamMember(
          grant,
          transformed(transform?.workerGrant, grant, {
            name: worker.fullName.apply((full) => full.slice(full.lastIndexOf("/") + 1)),
            location: region,
            role: "roles/run.viewer",
            member,
          }),
          { parent: this, deleteBeforeReplace: false },
        );
      }
      for (const role of ON_PROJECT.viewer) onProject(role, member);
    };

    if (operators.length > 0) {
      const pauser = makeRole("pauser");
      for (const member of operators) {
        queues.grantOperating(member, member, pauser.name);
        seesAll(member);
        for (const role of ON_PROJECT.operator) onProject(role, member);
      }
    }
    if (viewers.length > 0) {
      const viewer = makeRole("viewer");
      for (const member of viewers) {
        queues.grantViewing(member, member, viewer.name);
        seesAll(member);
      }
    }

    this.registerOutputs({});
  }
}

const MAX_TITLE = 100;
