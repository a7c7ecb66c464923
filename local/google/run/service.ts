import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { GoogleError } from "../googleError.ts";
import type { Route } from "./frontDoor.ts";
import type { ServiceSettings } from "./serviceSettings.ts";
import { Revision } from "./revision.ts";
import type { Backend } from "./startRevision.ts";

/** A service of Cloud Run: its settings in force, and the revision that serves it. */
export class Service {
  /** `projects/P/locations/L/services/S` */
  readonly name: string;
  readonly id: string;
  settings: ServiceSettings;
  route: Route;
  readonly #urls: { readonly uri: string; readonly urls: readonly string[] };
  readonly #uid = randomUUID();
  readonly #creator: string;
  readonly #createTime: string;
  #lastModifier: string;
  #updateTime: string;
  #generation = 0;
  #latestCreated: string | undefined;
  #latestReady: string | undefined;
  #failure: GoogleError | undefined;

  constructor(
    name: string,
    settings: ServiceSettings,
    urls: { readonly uri: string; readonly urls: readonly string[] },
    by: { readonly member: string; readonly time: string },
  ) {
    this.name = name;
    this.id = name.slice(name.lastIndexOf("/") + 1);
    this.settings = settings;
    this.#urls = urls;
    this.#creator = this.#lastModifier = emailOf(by.member);
    this.#createTime = this.#updateTime = by.time;
    this.route = this.#routeTo({ problem: `'${name}' has no revision that is ready.` });
  }

  get hosts(): string[] {
    return this.#urls.urls.map((url) => new URL(url).hostname);
  }

  /** It has never had a revision that was ready. */
  get neverServed(): boolean {
    return this.#latestReady === undefined;
  }

  get etag(): string {
    const bytes = createHash("sha256").update(`${this.#uid} ${this.#generation}`).digest();
    return `"${bytes.subarray(0, 18).toString("base64")}"`;
  }

  /** The name of the revision that these settings call for, or `undefined` if the one that serves will do. */
  revisionFor(settings: ServiceSettings): string | undefined {
    const isSame = isDeepStrictEqual(settings.template, this.settings.template);
    if (isSame && this.#latestReady !== undefined && !this.#failure) return undefined;
    const number = String(this.#generation + 1).padStart(5, "0");
    return settings.template.revision ?? `${this.id}-${number}-${suffix(this.#uid, number)}`;
  }

  /** Takes new settings, with what came of the revision that they called for. */
  change(
    settings: ServiceSettings,
    by: { readonly member: string; readonly time: string },
    created?: { readonly revision: string; readonly outcome: Backend | GoogleError },
  ): void {
    this.#generation += 1;
    this.#lastModifier = emailOf(by.member);
    this.#updateTime = by.time;
    this.settings = settings;
    let { backend } = this.route;
    if (created) {
      this.#latestCreated = created.revision;
      if (created.outcome instanceof Error) {
        this.#failure = created.outcome;
      } else {
        this.#failure = undefined;
        this.#latestReady = created.revision;
        backend = created.outcome;
      }
    }
    const old = this.route.backend;
    this.route = this.#routeTo(backend);
    if (old !== backend && old instanceof Revision) old.retire();
  }

  /** The service as the API has it. */
  toJSON(): object {
    const generation = String(this.#generation);
    const { message } = this.#failure ?? {};
    const state = { state: message === undefined ? "CONDITION_SUCCEEDED" : "CONDITION_FAILED" };
    const condition = {
      ...state,
      lastTransitionTime: this.#updateTime,
      ...(message && { message }),
    };
    const path = `${this.name}/revisions/`;
    return {
      ...this.settings,
      name: this.name,
      uid: this.#uid,
      generation,
      observedGeneration: generation,
      createTime: this.#createTime,
      updateTime: this.#updateTime,
      creator: this.#creator,
      lastModifier: this.#lastModifier,
      ...this.#urls,
      ...(this.#latestReady !== undefined && { latestReadyRevision: path + this.#latestReady }),
      ...(this.#latestCreated !== undefined && {
        latestCreatedRevision: path + this.#latestCreated,
      }),
      traffic: this.settings["traffic"] ?? [LATEST],
      trafficStatuses: [LATEST],
      terminalCondition: { type: "Ready", ...condition },
      conditions: [
        { type: "RoutesReady", ...condition },
        { type: "ConfigurationsReady", ...condition },
      ],
      reconciling: false,
      etag: this.etag,
    };
  }

  #routeTo(backend: Backend): Route {
    const { ingress, invokerIamDisabled, defaultUriDisabled, customAudiences } = this.settings;
    return {
      name: this.name,
      ingress,
      invokerIamDisabled,
      defaultUriDisabled,
      urls: this.#urls.urls,
      customAudiences: customAudiences ?? [],
      timeoutMs: Number(this.settings.template.timeout.slice(0, -1)) * 1000,
      backend,
    };
  }
}

const LATEST = { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 };

function emailOf(member: string): string {
  return member.slice(member.indexOf(":") + 1);
}

/** Three letters that set a revision's name apart, as Google's do. */
function suffix(uid: string, number: string): string {
  const bytes = createHash("sha256").update(`${uid} ${number}`).digest().subarray(0, 3);
  return [...bytes].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
}
