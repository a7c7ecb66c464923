import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../resources/api.ts";
import type { Context, Deployed, Properties, ResourceType } from "../resources/resourceType.ts";

/** A resource of the stack, as it is remembered from one apply to the next. */
export interface StackResource extends Deployed {
  readonly type: string;
  readonly name: string;
  /** It has a successor and is to be deleted: an apply ended before it was. */
  readonly isReplaced?: true;
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

/**
 * One apply of a program: every resource that it registers is compared with the one remembered, and
 * created, updated, replaced or left alone; what it no longer registers is deleted at the end.
 */
export class Deployment {
  readonly #types: Readonly<Record<string, ResourceType>>;
  readonly #context: Context;
  readonly #onChange: (change: Change) => void;
  readonly #resumes: boolean;
  /** In the order of creation. */
  readonly #resources: Map<string, StackResource>;
  readonly #seen = new Set<string>();
  /** Resources whose successor exists. */
  readonly #replaced: Set<StackResource>;

  constructor(
    types: Readonly<Record<string, ResourceType>>,
    context: Context,
    resources: readonly StackResource[],
    onChange: (change: Change) => void,
    /** An apply before this one may have ended without a word: what it made is taken over, what it deleted is gone. */
    resumes = false,
  ) {
    this.#resumes = resumes;
    this.#types = types;
    this.#context = context;
    this.#onChange = onChange;
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
    if (old && isDeepStrictEqual(old.inputs, inputs)) return old;

    const operation = operationFor(this.#typeOf(type, name), old, inputs);
    const deployed = await this.#naming({ operation, type, name }, () =>
      this.#change(type, name, old, inputs),
    );
    const resource = { type, name, inputs, ...deployed };
    // A replaced resource is created anew: it goes to the end, behind what it depends on.
    if (operation === "replace") this.#resources.delete(key);
    this.#resources.set(key, resource);
    this.#onChange({ operation, type, name });
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
      this.#onChange(change);
    }
  }

  async #change(
    typeToken: string,
    name: string,
    old: StackResource | undefined,
    inputs: Properties,
  ): Promise<Omit<Deployed, "inputs">> {
    const type = this.#typeOf(typeToken, name);
    if (!old) return this.#create(type, inputs);
    if (operationFor(type, old, inputs) === "update" && type.update) {
      return { id: old.id, outputs: await type.update(old, inputs, this.#context) };
    }
    if (type.nameInput !== "" && old.inputs[type.nameInput] === inputs[type.nameInput]) {
      await type.delete(old, this.#context);
      return type.create(inputs, this.#context);
    }
    const successor = await type.create(inputs, this.#context);
    this.#replaced.add({ ...old, isReplaced: true });
    return successor;
  }

  async #create(type: ResourceType, inputs: Properties): Promise<Omit<Deployed, "inputs">> {
    try {
      return await type.create(inputs, this.#context);
    } catch (error) {
      const exists = error instanceof ApiError && error.status === 409;
      if (!exists || !this.#resumes || !type.idOf || !type.update) throw error;
      const id = type.idOf(inputs, this.#context);
      const nothing = { id, inputs: {}, outputs: {} };
      return { id, outputs: await type.update(nothing, inputs, this.#context) };
    }
  }

  async #delete(resource: StackResource): Promise<void> {
    try {
      await this.#typeOf(resource.type, resource.name).delete(resource, this.#context);
    } catch (error) {
      const isGone = error instanceof ApiError && error.status === 404;
      if (!isGone || !this.#resumes) throw error;
    }
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

function operationFor(
  type: ResourceType,
  old: Deployed | undefined,
  inputs: Properties,
): Change["operation"] {
  if (!old) return "create";
  const replaced = type.replaceOn.some(
    (input) => !isDeepStrictEqual(old.inputs[input], inputs[input]),
  );
  return replaced || !type.update ? "replace" : "update";
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}::${name}`;
}
