import { applyMask, parseMask } from "../api/updateMask.ts";
import { GoogleError, type CanonicalCode } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { decodeMessage, type Message, type MessageType } from "../api/protoJson.ts";
import { nameOf, type ServiceOptions, type StoredResources } from "./storedResources.ts";

/** A kind of resource that an API creates, reads, lists, changes and deletes, and nothing more. */
export interface StoredKind {
  /** `google.monitoring.v3.AlertPolicyService` */
  readonly service: string;
  /** What its methods are named after: one, and several. */
  readonly noun: string;
  readonly plural: string;
  /** Where it is kept, without a slash at the end: `/v3/projects/{project}/alertPolicies`. */
  readonly collection: string;
  /** What its permissions begin with: `monitoring.alertPolicies`. */
  readonly permissions: string;
  readonly message: MessageType;
  /** The id of a new one. */
  readonly newId: (call: Call, fields: Message) => string;
  /** The resource as it is kept: what was asked for, and what only the service sets. */
  readonly complete: (context: StoredChange) => Message;
  /**
   * The answer to a create or a delete: the resource, or `undefined` for a deleted one.
   *
   * @default - the resource, or an empty object
   */
  readonly answer?: (call: Call, resource: Message | undefined) => object;
  /**
   * What its methods take in the query, besides pages and masks.
   *
   * @default - nothing
   */
  readonly query?: Readonly<Partial<Record<"create" | "list" | "update" | "delete", string[]>>>;
  /**
   * The refusal of a change that is based on an older state.
   *
   * @default "ABORTED"
   */
  readonly etagCode?: CanonicalCode;
  /** @default "PATCH" */
  readonly updateVerb?: "PATCH" | "PUT";
  /**
   * Its ids may hold slashes.
   *
   * @default false
   */
  readonly isIdPath?: boolean;
}

export interface StoredChange {
  readonly name: string;
  readonly fields: Message;
  readonly member: string;
  /** What is there now; `undefined` where the resource is new. */
  readonly old: Message | undefined;
}

/** `Create`, `Get`, `List`, `Update` and `Delete` of a kind. */
export function storedMethods(
  kind: StoredKind,
  store: StoredResources,
  options: ServiceOptions,
): Method[] {
  const { service, noun, collection, permissions, message, complete } = kind;
  const { updateVerb = "PATCH", query = {}, etagCode } = kind;
  const answer = kind.answer ?? ((_call: Call, resource?: Message): object => resource ?? {});
  const path = `${collection}/${kind.isIdPath === true ? "{resource=**}" : "{resource}"}`;
  const listName = collection.slice(collection.lastIndexOf("/") + 1);
  const collectionOf = (call: Call): string => nameOf(call, collection, options);
  const resourceOf = (call: Call): string => nameOf(call, path, options);
  const parentOf = (call: Call): string => {
    const name = collectionOf(call);
    return name.slice(0, name.lastIndexOf("/"));
  };
  const readFields = ({ body }: Call): Message => decodeMessage(message, body);

  return [
    {
      name: `Create${noun}`,
      service,
      http: `POST ${collection}`,
      permission: [`${permissions}.create`, parentOf],
      query: query.create ?? [],
      handle(call) {
        const fields = readFields(call);
        const name = `${collectionOf(call)}/${kind.newId(call, fields)}`;
        const resource = complete({ name, fields, member: call.member, old: undefined });
        return answer(call, store.add(name, resource));
      },
    },
    {
      name: `Get${noun}`,
      service,
      http: `GET ${path}`,
      permission: [`${permissions}.get`, resourceOf],
      handle: (call) => store.get(resourceOf(call)),
    },
    {
      name: `List${kind.plural}`,
      service,
      http: `GET ${collection}`,
      permission: [`${permissions}.list`, parentOf],
      query: ["pageSize", "pageToken", ...(query.list ?? [])],
      handle(call) {
        const unserved = NOT_SERVED.find((name) => call.query.get(name));
        if (unserved) throw new NotEmulatedError(`List${kind.plural}Request.${unserved}`);
        return store.page(call, collectionOf(call), listName);
      },
    },
    {
      name: `Update${noun}`,
      service,
      http: `${updateVerb} ${path}`,
      permission: [`${permissions}.update`, resourceOf],
      query: [...(updateVerb === "PATCH" ? ["updateMask"] : []), ...(query.update ?? [])],
      handle(call) {
        const name = resourceOf(call);
        const old = store.get(name);
        const fresh = readFields(call);
        checkEtag(old, fresh["etag"], etagCode);
        const mask = parseMask(call.query.get("updateMask"), message);
        const fields = applyMask(old, fresh, mask, { message });
        return store.replace(name, complete({ name, fields, member: call.member, old }));
      },
    },
    {
      name: `Delete${noun}`,
      service,
      http: `DELETE ${path}`,
      permission: [`${permissions}.delete`, resourceOf],
      query: query.delete ?? [],
      handle(call) {
        const name = resourceOf(call);
        checkEtag(store.get(name), call.query.get("etag"), etagCode);
        store.remove(name);
        return answer(call, undefined);
      },
    },
  ];
}

/** Throws INVALID_ARGUMENT unless an id that a caller chose is of the form that its service asks for. */
export function checkId(what: string, id: string, form: RegExp): string {
  if (form.test(id)) return id;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `${what} '${id}' is not valid; it must match ${form.source}.`,
  );
}

/** The text in a field; empty where there is none. */
export function textOf(fields: Message, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** Throws where a change is based on an older state of the resource than the one that is there. */
export function checkEtag(
  resource: { readonly etag?: unknown },
  etag: unknown,
  code: CanonicalCode = "ABORTED",
): void {
  if (typeof etag !== "string" || etag === "" || etag === resource.etag) return;
  throw new GoogleError(
    code,
    `The resource was changed meanwhile: its etag is not '${etag}' any more.`,
  );
}

/** What lists may be asked for and do not do here. */
const NOT_SERVED = ["filter", "orderBy"];
