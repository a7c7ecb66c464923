import type { Json } from "./parseJson.ts";
import type { MessageType } from "./protoJson.ts";

/** One call of a method of Google's API, over whichever transport. */
export interface Call {
  /** The variables of the method's path. */
  readonly params: Readonly<Record<string, string>>;
  /** What the method takes in the query, by names in camel case. */
  readonly query: URLSearchParams;
  /** The parsed body; `undefined` where there was none. */
  readonly body: Json | undefined;
  /** The body as it came, for a method that `takesBytes`. */
  readonly bytes?: Uint8Array | undefined;
  /** Who calls: `user:…` or `serviceAccount:…`. */
  readonly member: string;
  /**
   * Whether it is whoever started the cloud, and may have code run on the machine.
   *
   * @default false
   */
  readonly isDeployer?: boolean;
}

/** A method of Google's API: where it is, who may call it, what it does. */
export interface Method {
  /** `CreateQueue`, as Google's service definition names it. */
  readonly name: string;
  /** `google.cloud.tasks.v2.CloudTasks` */
  readonly service: string;
  /**
   * The verb and the path, with variables in braces; each is one path segment without a colon, `{name=**}`
   * the rest of the path: `POST /v2/projects/{project}/locations/{location}/queues/{queue}:pause`.
   */
  readonly http: string;
  /** The permission that a caller needs, and the resource it is needed on. */
  readonly permission?: readonly [permission: string, resource: (call: Call) => string];
  /**
   * What it takes in the query, in camel case: `pageSize`, `options.requestedPolicyVersion`.
   *
   * @default - nothing but what every method takes
   */
  readonly query?: readonly string[];
  /**
   * The message that it answers with, whose enums can be asked for as numbers.
   *
   * @default - enums are answered by name
   */
  readonly answer?: MessageType;
  /**
   * Any body will do, JSON or not: the method is given its bytes.
   *
   * @default false
   */
  readonly takesBytes?: boolean;
  /** Told of a call before it is looked at. */
  readonly onCall?: () => void;
  /** Told of a call's HTTP status once it is answered. */
  readonly onAnswer?: (call: Call, status: number) => void;
  /** Returns the answer's body, or throws a `GoogleError`. */
  readonly handle: (call: Call) => object | Promise<object>;
}
