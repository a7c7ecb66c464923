/** A kind of resource that has IAM policies. */
export interface PolicyKind {
  /** The service that holds it: `google.cloud.run.v2.Services`. */
  readonly service: string;
  /** Its path: `/v2/projects/{project}/locations/{location}/services/{service}`. */
  readonly path: string;
  /** The verb of its getIamPolicy. Google is not of one mind about it. */
  readonly getVerb: "GET" | "POST";
  /** What its permissions begin with: `run.services`. */
  readonly permissions: string;
  /** The full name of the resource, from the variables of its path. */
  readonly resource: (params: Readonly<Record<string, string>>) => string;
  readonly exists: (resource: string) => boolean;
  /**
   * What is said of one that does not exist.
   *
   * @default - `Requested entity was not found.`
   */
  readonly missing?: (resource: string) => string;
  /**
   * Of a missing resource, testIamPermissions answers the empty set instead of NOT_FOUND, as Cloud
   * Tasks does.
   *
   * @default false
   */
  readonly testsMissing?: boolean;
}
