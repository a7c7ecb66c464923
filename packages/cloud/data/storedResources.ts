import { createHash } from "node:crypto";
import { pageByName } from "../api/pageToken.ts";
import type { Clock } from "../time/clock.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call } from "../api/method.ts";
import type { Message } from "../api/protoJson.ts";
import { memoryStore, type KeptMap, type Store } from "./store.ts";

/** Whose resources a passive service holds. */
export interface ServiceOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly clock: Clock;
  /** Told of what was made or changed, as it is kept. */
  readonly onPut?: (name: string, resource: Message) => void;
  /** Told the full name of what was deleted. */
  readonly onDelete?: (resource: string) => void;
  /**
   * What keeps the resources.
   *
   * @default - the memory of the process
   */
  readonly store?: Store;
}

/** Resources that are only kept: by their full names, as their API shows them. */
export class StoredResources {
  readonly #resources: KeptMap<Message>;
  readonly #options: ServiceOptions;
  readonly #words: Words;

  /** `kind` is what they are called in the store: `secrets`. */
  constructor(kind: string, options: ServiceOptions, words: Partial<Words> = {}) {
    this.#options = options;
    this.#resources = (options.store ?? memoryStore).map(kind);
    this.#words = { ...GOOGLE_WORDS, ...words };
  }

  has(name: string): boolean {
    return this.#resources.has(name);
  }

  /** The resource of that name, or NOT_FOUND. */
  get(name: string): Message {
    const resource = this.#resources.get(name);
    if (resource) return resource;
    throw new GoogleError("NOT_FOUND", this.#words.missing(name));
  }

  /** Keeps a new resource. Throws ALREADY_EXISTS where there is one of that name. */
  add(name: string, resource: Message): Message {
    if (this.has(name)) throw new GoogleError("ALREADY_EXISTS", this.#words.exists(name));
    return this.replace(name, resource);
  }

  /** Puts a resource in the place of another. */
  replace(name: string, resource: Message): Message {
    this.#resources.set(name, resource);
    this.#options.onPut?.(name, resource);
    return resource;
  }

  /** Deletes a resource, or throws NOT_FOUND. */
  remove(name: string): void {
    this.get(name);
    this.#resources.delete(name);
    this.#options.onDelete?.(name);
  }

  /** All of them, in no order. */
  all(): Iterable<Message> {
    return this.#resources.values();
  }

  /** The names and resources of a collection such as `projects/P/secrets`, in the order of the names. */
  in(collection: string): [name: string, resource: Message][] {
    const prefix = `${collection}/`;
    return [...this.#resources]
      .filter(([name]) => name.startsWith(prefix) && !name.includes("/", prefix.length))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** A page of a collection, under the name that its API gives the list. */
  page(call: Call, collection: string, listName: string, options: PageOptions = {}): object {
    const { maxSize = MAX_PAGE_SIZE, defaultSize, where = () => true } = options;
    const all = this.in(collection)
      .filter(([, resource]) => where(resource))
      .map(([name, resource]) => ({ name, resource }));
    const now = this.#options.clock.now();
    const { page, next } = pageByName(call, all, now, { maxSize, defaultSize });
    return {
      ...(page.length > 0 && { [listName]: page.map(({ resource }) => resource) }),
      ...next,
    };
  }
}

export interface PageOptions {
  /** @default 1000 */
  readonly maxSize?: number;
  /** @default - `maxSize` */
  readonly defaultSize?: number;
  /** @default - all of the collection */
  readonly where?: (resource: Message) => boolean;
}

/** How a service says that a resource is not there, or is there already. */
export interface Words {
  readonly missing: (name: string) => string;
  readonly exists: (name: string) => string;
}

const GOOGLE_WORDS: Words = {
  missing: () => "Requested entity was not found.",
  exists: () => "Requested entity already exists",
};

const MAX_PAGE_SIZE = 1000;

/**
 * The name that a call's path has, such as `projects/P/secrets/S` of `/v1/projects/{project}/secrets/{secret}`.
 * The project may be given by its number; another one than this cloud's is PERMISSION_DENIED.
 */
export function nameOf(
  { params }: Pick<Call, "params">,
  path: string,
  { project, projectNumber }: ServiceOptions,
): string {
  const asked = params["project"];
  if (asked !== undefined && asked !== project && asked !== projectNumber) {
    throw new GoogleError("PERMISSION_DENIED", `Permission denied on resource project ${asked}.`);
  }
  return path
    .replace(/^\/v\d\w*\//, "")
    .replace(/\{(\w+)(?:=\*\*)?\}/g, (_, variable: string) =>
      variable === "project" ? project : (params[variable] ?? ""),
    );
}

/** The time as APIs write it. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** A tag that differs when the content does. */
export function etagOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64").slice(0, 12);
}
