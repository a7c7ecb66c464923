import { GoogleError } from "../api/googleError.ts";
import type { KeptMap, Store } from "../data/store.ts";
import { Revision } from "./revision.ts";
import { Service, type KeptService } from "./service.ts";

/** The services of Cloud Run, by name and by host. */
export class Services {
  readonly #byName: KeptMap<Service>;
  readonly #byHost = new Map<string, Service>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: Store) {
    this.#byName = store.map("services", {
      write: (service) => service.kept,
      read: (json) => new Service(json as unknown as KeptService), // what `write` returned
    });
    for (const service of this.#byName.values()) this.#addHosts(service);
  }

  add(service: Service): void {
    this.#byName.set(service.name, service);
    this.#addHosts(service);
  }

  /** Says that a service was changed. */
  changed(service: Service): void {
    this.#byName.touch(service.name);
  }

  all(): Iterable<Service> {
    return this.#byName.values();
  }

  find(name: string): Service | undefined {
    return this.#byName.get(name);
  }

  /** Throws NOT_FOUND where there is none. */
  get(name: string): Service {
    const service = this.#byName.get(name);
    if (service) return service;
    const id = name.slice(name.lastIndexOf("/") + 1);
    throw new GoogleError("NOT_FOUND", `Resource '${id}' of kind 'SERVICE' does not exist.`);
  }

  atHost(host: string): Service | undefined {
    return this.#byHost.get(host);
  }

  /** The services whose names begin so, in order. */
  list(prefix: string): Service[] {
    return [...this.#byName.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether a service is still the one of its name. */
  holds(service: Service): boolean {
    return this.#byName.get(service.name) === service;
  }

  /** Takes a service away. What it has been sent is answered yet. */
  delete(service: Service): void {
    this.#byName.delete(service.name);
    for (const host of service.hosts) this.#byHost.delete(host);
    const { backend } = service.route;
    if (backend instanceof Revision) backend.retire();
  }

  /** Runs one change of a service after the other. */
  inTurn<Result>(name: string, change: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(change);
    // The next in turn does not care how this one ended; whoever asked for it is told.
    const ended: Promise<unknown> = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(name) === ended) this.#turns.delete(name);
      });
    this.#turns.set(name, ended);
    return turn;
  }

  #addHosts(service: Service): void {
    for (const host of service.hosts) this.#byHost.set(host, service);
  }
}
