/** A resource as the rules see it: plain data. */
export interface Resource {
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  readonly type: string;
  /** Its name in the program, not in the cloud. */
  readonly name: string;
  /** Its inputs, and outputs where there are any. A value that is not known yet is `UNKNOWN`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options: ResourceOptions;
}

export interface ResourceOptions {
  readonly protect: boolean;
  /** `undefined` where nobody says: the engine does not tell it to policies. */
  readonly retainOnDelete?: boolean | undefined;
}

/** Stands for a value that a preview cannot know: what depends on a resource that does not exist yet. */
export const UNKNOWN = Symbol("not known before the deployment");

/** What messages call a resource: `Queue 'email'`. */
export function titleOf({ type, name }: Resource): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} '${name}'`;
}

/** The types that several rules read. */
export const ACCOUNT = "gcp:serviceaccount/account:Account";
export const JOB = "gcp:cloudscheduler/job:Job";
export const QUEUE = "gcp:cloudtasks/queue:Queue";
export const SECRET = "gcp:secretmanager/secret:Secret";
export const SERVICE = "gcp:cloudrunv2/service:Service";
/** A service as version 1 of Cloud Run's API has it. */
export const SERVICE_V1 = "gcp:cloudrun/service:Service";
