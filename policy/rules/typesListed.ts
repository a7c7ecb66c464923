import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const typesListed: ResourceRule<{ types: readonly string[] }> = {
  kind: "resource",
  name: "types-listed",
  severity: "mandatory",
  description:
    "A stack has resources of the types that these rules judge, and of those that its configuration names: what else " +
    "there is, such as a Cloud Run job or a dynamic resource, could do what the rules forbid.",
  settings: {
    types: {
      description:
        "Other types, such as `gcp:storage/bucket:Bucket`, or what they begin with, such as `gcp:storage/*`.",
      default: [],
    },
  },
  check(resource, { types }) {
    const { type } = resource;
    const isListed = [...TYPES, ...types].some((one) =>
      one.endsWith("*") ? type.startsWith(one.slice(0, -1)) : type === one,
    );
    if (isListed) return [];
    return [
      `${titleOf(resource)} is of type '${type}', which no rule knows; remove it. If you want it, add '${type}' to 'types' ` +
        "of 'types-listed' in PulumiPolicy.<stack>.json.",
    ];
  },
};

const TYPES = [
  "pulumi:pulumi:Stack",
  "pulumi:providers:*",
  // The program's own components: groups of resources, which are judged one by one.
  "background-tasks:*",
  "docker:index/image:Image",
  "random:index/randomId:RandomId",
  "random:index/randomUuid7:RandomUuid7",
  "gcp:artifactregistry/repository:Repository",
  "gcp:cloudrunv2/service:Service",
  "gcp:cloudrunv2/serviceIam*",
  "gcp:cloudscheduler/job:Job",
  "gcp:cloudtasks/queue:Queue",
  "gcp:cloudtasks/queueIam*",
  "gcp:logging/metric:Metric",
  "gcp:logging/projectExclusion:ProjectExclusion",
  "gcp:monitoring/*",
  "gcp:projects/iAMCustomRole:IAMCustomRole",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:projects/service:Service",
  "gcp:projects/serviceIdentity:ServiceIdentity",
  "gcp:secretmanager/secret:Secret",
  "gcp:secretmanager/secretIam*",
  "gcp:secretmanager/secretVersion:SecretVersion",
  "gcp:serviceaccount/account:Account",
  "gcp:serviceaccount/iAM*",
];
