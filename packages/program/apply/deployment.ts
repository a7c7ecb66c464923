import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../resources/api.ts";
import type { Context, Deployed, Properties, ResourceType } from "../resources/resourceType.ts";

/** A resource of the stack, as it is remembered from one apply to the next. */
export interface StackResource extends Deployed {
  readonly type: string;
  readonly name: string;
  /** It has a successor and is to be deleted: an apply ended before it was. */
  readonly isReplaced?: true;
  /** Its creation was begun and did not come to its end: it may be there, or not. */
  readonly isUnfinished?: true;
}

/** What was done to a resource. */
export interface Change {
  readonly operation: "create" | "update" | "replace" | "delete";
  readonly type: string;
  readonly name: string;
}

/** A resource could not be changed as the program asks. Its message names the resource. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}

/** Who hears of what is done. */
export interface DeploymentListener {
  readonly onChange: (change: Change) => void;
  /**
   * Told the whole stack whenever there is something new to remember. A creation is begun once it resolves.
   *
   * @default - the deployment alone remembers
   */
  readonly onResources?: (resources: readonly StackResource[]) => Promise<void>;
}

/**
 * One apply of a program: every resource that it registers is compared with the one remembered, and
 * created, updated, replaced or left alone; what it no longer registers is deleted at the end.
 */
export class Deployment {
  readonly #types: Readonly<Record<string, ResourceType>>;
  readonly #context: Context;
  readonly #listener: DeploymentListener;
  /** In the order of creation. */
  readonly #resources: Map<string, StackResource>;
  readonly #seen = new Set<string>();
  /** Resources whose successor exists. */
  readonly #replaced: Set<StackResource>;

  constructor(
    types: Readonly<Record<string, ResourceType>>,
    context: Context,
    resources: readonly StackResource[],
    listener: DeploymentListener,
  ) {
    this.#types = types;
    this.#context = context;
    this.#listener = listener;
    const current = resources.filter(({ isReplaced }) => isReplaced !== true);
    this.#resources = new Map(current.map((resource) => [keyOf(resource), resource]));
    this.#replaced = new Set(resources.filter(({ isReplaced }) => isReplaced === true));
  }

  /** The stack as it now is. */
  get resources(): readonly StackResource[] {
    return [...this.#resources.values(), ...this.#replaced];
  }

  /** Makes one resource be as the program asks. */
  async register(type: string, name: string, given: Properties): Promise<StackResource> {
    const inputs = (await this.#types[type]?.complete?.(given)) ?? given;
    const key = keyOf({ type, name });
    this.#seen.add(key);
    const old = this.#resources.get(key);
    if (old && !old.isUnfinished && isDeepStrictEqual(old.inputs, inputs)) return old;

    const change = { operation: operationFor(this.#typeOf(type, name), old, inputs), type, name };
    const deployed = await this.#naming(change, () => this.#change(change, old, inputs));
    const resource = { type, name, inputs, ...deployed };
    // What is created anew goes to the end, behind what it depends on.
    if (change.operation !== "update") this.#resources.delete(key);
    this.#resources.set(key, resource);
    this.#tell(change);
    return resource;
  }

  /** Deletes, last created first, what was replaced and what the program did not register. */
  async deleteVanished(): Promise<void> {
    const vanished = [...this.#resources.values()].filter((one) => !this.#seen.has(keyOf(one)));
    for (const resource of [...vanished, ...this.#replaced].reverse()) {
      const { type, name } = resource;
      const change: Change = { operation: "delete", type, name };
      await this.#naming(change, () => this.#delete(resource));
      // That of a replaced one was told as its replacement.
      if (this.#replaced.delete(resource)) continue;
      this.#resources.delete(keyOf(resource));
      this.#tell(change);
    }
  }

  async #change(
    { operation, type: token, name }: Change,
    old: StackResource | undefined,
    inputs: Properties,
  ): Promise<Omit<Deployed, "inputs">> {
    const type = this.#typeOf(token, name);
    if (old && operation === "update" && type.update) {
      return { id: old.id, outputs: await type.update(old, inputs, this.#context) };
    }
    const isInTheWay =
      type.nameInput !== "" && old?.inputs[type.nameInput] === inputs[type.nameInput];
    if (old && operation === "replace" && isInTheWay) {
      await this.#delete(old);
      return this.#create({ type: token, name }, undefined, inputs);
    }
    return this.#create({ type: token, name }, old, inputs);
  }

  /** Creates a resource. One that was there before under its name in the program is then to be deleted. */
  async #create(
    named: Pick<StackResource, "type" | "name">,
    old: StackResource | undefined,
    inputs: Properties,
  ): Promise<Omit<Deployed, "inputs">> {
    const type = this.#typeOf(named.type, named.name);
    const id = type.idOf?.(inputs, this.#context);
    if (id === undefined) {
      const made = await type.create(inputs, this.#context);
      if (old) this.#replaced.add({ ...old, isReplaced: true });
      return made;
    }

    // Remembered first: if it fails, or nobody hears how it ended, what it made is known.
    const successorOf: StackResource | undefined =
      old && old.id !== id ? { ...old, isReplaced: true } : undefined;
    if (successorOf) this.#replaced.add(successorOf);
    const key = keyOf(named);
    this.#resources.delete(key);
    this.#resources.set(key, { ...named, id, inputs, outputs: {}, isUnfinished: true });
    await this.#listener.onResources?.(this.resources);
    try {
      return await type.create(inputs, this.#context);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === ALREADY_EXISTS)) throw error;
      const own = [old, ...this.#replaced].find((one) => one?.type === named.type && one.id === id);
      if (own) return this.#adopt(own, inputs);
      // It is another's: nothing was made.
      this.#resources.delete(key);
      if (old) this.#resources.set(key, old);
      if (successorOf) this.#replaced.delete(successorOf);
      throw error;
    }
  }

  /** Makes a resource that an earlier apply made be as the program asks now. */
  async #adopt(own: StackResource, inputs: Properties): Promise<Omit<Deployed, "inputs">> {
    const type = this.#typeOf(own.type, own.name);
    this.#replaced.delete(own);
    if (!type.update || isReplacement(type, own, inputs)) {
      await this.#delete(own);
      return type.create(inputs, this.#context);
    }
    // Of one that is unfinished, nobody knows how far it came.
    const { id, outputs } = own;
    const known = own.isUnfinished ? {} : own.inputs;
    return {
      id,
      outputs: await type.update({ id, inputs: known, outputs }, inputs, this.#context),
    };
  }

  async #delete(resource: StackResource): Promise<void> {
    try {
      await this.#typeOf(resource.type, resource.name).delete(resource, this.#context);
    } catch (error) {
      // Somebody else was quicker, or an apply that ended before it could tell.
      if (!(error instanceof ApiError && error.status === NOT_FOUND)) throw error;
    }
  }

  #tell(change: Change): void {
    // Nothing hangs on it: what was done is remembered as begun.
    void this.#listener.onResources?.(this.resources);
    this.#listener.onChange(change);
  }

  #typeOf(type: string, name: string): ResourceType {
    const known = this.#types[type];
    if (known) return known;
    throw new DeploymentError(
      `The program registers '${name}' of type '${type}', which the local cloud cannot deploy. ` +
        `Known types: ${Object.keys(this.#types)
          .map((token) => `'${token}'`)
          .join(", ")}.`,
    );
  }

  async #naming<T>({ operation, type, name }: Change, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DeploymentError(`Cannot ${operation} '${name}' (${type}): ${reason}`, {
        cause: error,
      });
    }
  }
}

const NOT_FOUND = 404;
const ALREADY_EXISTS = 409;

function operationFor(
  type: ResourceType,
  old: StackResource | undefined,
  inputs: Properties,
): Change["operation"] {
  if (!old || old.isUnfinished) return "create";
  return isReplacement(type, old, inputs) ? "replace" : "update";
}

function isReplacement(type: ResourceType, old: Deployed, inputs: Properties): boolean {
  const differs = (input: string) => !isDeepStrictEqual(old.inputs[input], inputs[input]);
  return !type.update || type.replaceOn.some(differs);
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}::${name}`;
}
