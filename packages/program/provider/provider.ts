import { runtime } from "@pulumi/pulumi";
import { ApiError, type Api } from "../resources/api.ts";
import { callFunction } from "../apply/functions.ts";
import {
  pick,
  type Context,
  type Deployed,
  type Properties,
  type ResourceType,
} from "../resources/resourceType.ts";
import { checkInputs, type Checked } from "./checkInputs.ts";
import { diffInputs, type Diff } from "./diffInputs.ts";
import { driftedInputs } from "./drift.ts";

/** Which resource a request of the engine is about. */
export interface Subject {
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
}

/**
 * A resource provider over a table of resource types, in plain values. In a preview, and only there, inputs
 * may hold the mark of what is not known yet; nothing is then asked of Google.
 */
export class Provider {
  readonly #types: Readonly<Record<string, ResourceType>>;
  readonly #api: Api;
  #context: Context;

  constructor(types: Readonly<Record<string, ResourceType>>, api: Api) {
    this.#types = types;
    this.#api = api;
    this.#context = { api, project: "", region: "", usesDocker: true };
  }

  /** Takes the provider's own settings. The engine calls it before anything else. */
  configure({ project, region }: Properties): void {
    const known = (value: unknown): string => (typeof value === "string" ? value : "");
    this.#context = {
      api: this.#api,
      project: known(project),
      region: known(region),
      usesDocker: true,
    };
  }

  async check({ type, name }: Subject, old: Properties, given: Properties): Promise<Checked> {
    // Without an old resource, the engine sends no properties.
    const existing = Object.keys(old).length > 0 ? old : undefined;
    return checkInputs({ type: this.#typeOf(type), name, old: existing, given }, this.#context);
  }

  diff({ type, name }: Subject, old: Properties, inputs: Properties): Diff {
    return diffInputs(this.#typeOf(type), name, old, inputs);
  }

  async create(
    { type: token }: Subject,
    inputs: Properties,
    preview: boolean,
  ): Promise<Omit<Deployed, "inputs">> {
    if (preview) return { id: "", outputs: inputs };
    return this.#typeOf(token).create(inputs, this.#context);
  }

  /** Returns what there is now, and the inputs that would make it so; `undefined` where it is gone. */
  async read({ type: token }: Subject, deployed: Deployed): Promise<Deployed | undefined> {
    const type = this.#typeOf(token);
    const { id, inputs, outputs } = deployed;
    if (!type.read) return deployed;
    try {
      const live = await type.read(deployed, this.#context);
      if (!live) return undefined;
      const { computed } = live;
      const settable = { ...pick(inputs, ...(type.clientOnly ?? [])), ...live.settable };
      const isImport = Object.keys(outputs).length === 0;
      return {
        id,
        inputs: isImport ? settable : driftedInputs(inputs, outputs, settable),
        outputs: { ...outputs, ...settable, ...computed },
      };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async update(
    { type: token }: Subject,
    old: Deployed,
    inputs: Properties,
    preview: boolean,
  ): Promise<Properties> {
    const type = this.#typeOf(token);
    if (!preview) return (await type.update?.(old, inputs, this.#context)) ?? old.outputs;
    const recomputed = (type.recomputed ?? []).map((name) => [name, runtime.unknownValue] as const);
    return { ...old.outputs, ...inputs, ...Object.fromEntries(recomputed) };
  }

  async delete({ type }: Subject, deployed: Deployed): Promise<void> {
    try {
      await this.#typeOf(type).delete(deployed, this.#context);
    } catch (error) {
      // Somebody else was quicker.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  invoke(token: string): Properties {
    return callFunction(token, this.#context);
  }

  #typeOf(token: string): ResourceType {
    const type = this.#types[token];
    if (type) return type;
    throw new Error(`The local cloud has no resources of type '${token}'.`);
  }
}
