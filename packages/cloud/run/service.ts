import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { GoogleError } from "../api/googleError.ts";
import type { Route } from "./frontDoor.ts";
import type { ServiceSettings } from "./serviceSettings.ts";
import { Revision } from "./revision.ts";
import type { Backend } from "./startRevision.ts";

/** Who changed a service, and when. */
interface Change {
  readonly member: string;
  readonly time: string;
}

/** A service, as it is kept. */
export interface KeptService {
  /** `projects/P/locations/L/services/S` */
  readonly name: string;
  readonly settings: ServiceSettings;
  readonly urls: { readonly uri: string; readonly urls: readonly string[] };
  readonly uid: string;
  readonly creator: string;
  readonly createTime: string;
  readonly lastModifier: string;
  readonly updateTime: string;
  readonly generation: number;
  /** The last revision that was made, by its id, and the last one that was ready. */
  readonly latestCreated?: string;
  readonly latestReady?: string;
  /** Why the last revision did not become ready. */
  readonly failure?: string | undefined;
  /** The last revision is of somebody who may have nothing run here. It had nothing to run, and never will. */
  readonly isForeign?: boolean;
}

/** A service of Cloud Run: its settings in force, and the revision that serves it. */
export class Service {
  readonly name: string;
  readonly id: string;
  route: Route;
  #kept: KeptService;

  /** A service as it was kept, which nothing serves yet. */
  constructor(kept: KeptService) {
    this.name = kept.name;
    this.id = kept.name.slice(kept.name.lastIndexOf("/") + 1);
    this.#kept = kept;
    this.route = this.#routeTo({ problem: `'${kept.name}' has no revision that is ready.` });
  }

  /** A service that has no revision yet. */
  static create(
    { name, settings, urls }: Pick<KeptService, "name" | "settings" | "urls">,
    by: Change,
  ): Service {
    const email = emailOf(by.member);
    return new Service({
      ...{ name, settings, urls, uid: randomUUID(), generation: 0 },
      ...{ creator: email, createTime: by.time, lastModifier: email, updateTime: by.time },
    });
  }

  get kept(): KeptService {
    return this.#kept;
  }

  get settings(): ServiceSettings {
    return this.#kept.settings;
  }

  get hosts(): string[] {
    return this.#kept.urls.urls.map((url) => new URL(url).hostname);
  }

  /** The revision that serves, by its id; `undefined` where the service has never had one. */
  get revision(): string | undefined {
    return this.#kept.latestReady;
  }

  get etag(): string {
    const { uid, generation } = this.#kept;
    const bytes = createHash("sha256").update(`${uid} ${generation}`).digest();
    return `"${bytes.subarray(0, 18).toString("base64")}"`;
  }

  /** The id of the revision that these settings call for, or `undefined` if the one that serves will do. */
  revisionFor(settings: ServiceSettings): string | undefined {
    const { latestReady, failure, generation, uid } = this.#kept;
    const isSame = isDeepStrictEqual(settings.template, this.settings.template);
    if (isSame && latestReady !== undefined && failure === undefined) return undefined;
    const number = String(generation + 1).padStart(5, "0");
    return settings.template.revision ?? `${this.id}-${number}-${suffix(uid, number)}`;
  }

  /** Takes new settings, with what came of the revision that they called for. */
  change(
    settings: ServiceSettings,
    by: Change,
    created?: {
      readonly revision: string;
      readonly outcome: Backend | GoogleError;
      readonly isForeign: boolean;
    },
  ): void {
    this.#kept = {
      ...this.#kept,
      settings,
      generation: this.#kept.generation + 1,
      lastModifier: emailOf(by.member),
      updateTime: by.time,
      ...(created && { latestCreated: created.revision, isForeign: created.isForeign }),
    };
    if (!created) {
      this.serve(this.route.backend);
    } else if (created.outcome instanceof Error) {
      this.#kept = { ...this.#kept, failure: created.outcome.message };
      this.serve(this.route.backend);
    } else {
      this.#kept = { ...this.#kept, latestReady: created.revision, failure: undefined };
      this.serve(created.outcome);
    }
  }

  /** Lets a revision serve, as the settings in force say. The one before is retired. */
  serve(backend: Backend): void {
    const old = this.route.backend;
    this.route = this.#routeTo(backend);
    if (old !== backend && old instanceof Revision) old.retire();
  }

  /** The service as the API has it. */
  toJSON(): object {
    const { settings, urls, uid, latestReady, latestCreated, failure: message } = this.#kept;
    const { creator, createTime, lastModifier, updateTime } = this.#kept;
    const generation = String(this.#kept.generation);
    const state = { state: message === undefined ? "CONDITION_SUCCEEDED" : "CONDITION_FAILED" };
    const condition = { ...state, lastTransitionTime: updateTime, ...(message && { message }) };
    const path = `${this.name}/revisions/`;
    return {
      ...settings,
      ...{ name: this.name, uid, generation, observedGeneration: generation },
      ...{ createTime, updateTime, creator, lastModifier },
      ...urls,
      ...(latestReady !== undefined && { latestReadyRevision: path + latestReady }),
      ...(latestCreated !== undefined && { latestCreatedRevision: path + latestCreated }),
      traffic: settings["traffic"] ?? [LATEST],
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
      urls: this.#kept.urls.urls,
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
