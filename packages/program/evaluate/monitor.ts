import { runtime } from "@pulumi/pulumi";
import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { CallbackClients } from "./callbackClients.ts";
import { optionsOf } from "./transformRequest.ts";
import { transformed } from "./transformed.ts";

type Properties = Readonly<Record<string, unknown>>;

/** A resource as the program registers it, after its transforms. */
export interface Registration {
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  readonly type: string;
  /** Its name in the program, not in the cloud. */
  readonly name: string;
  /** A component is none: it is nothing in the cloud. */
  readonly isCustom: boolean;
  /** Secrets have Pulumi's marks around them. */
  readonly inputs: Properties;
  readonly options: { readonly protect: boolean; readonly retainOnDelete: boolean };
}

/** What a resource came to. `undefined`: what it was registered with, and no id. */
export type Answer = { readonly id: string; readonly outputs: Properties } | undefined;

/** A resource that the program looks up. */
interface Read {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly id?: string;
}

/** What is known of a resource that its children take over. */
interface Registered {
  readonly parent: string;
  readonly transforms: readonly callbacks.Callback[];
  readonly options: messages.TransformResourceOptions;
}

/** Decides what becomes of an answer, or of a failure to give it. */
export type Guard = <T>(answer: () => Promise<T>) => Promise<T>;

type Callback = (error: unknown, response: unknown) => void;

/**
 * Pulumi's monitor for tests, which in addition does what the engine does before it turns to a provider: it hands
 * options from parents to children, and lets transforms change what is registered.
 */
export class Monitor extends MockMonitor {
  readonly #register: (resource: Registration) => Answer | Promise<Answer>;
  readonly #guard: Guard;
  readonly #stackTransforms: callbacks.Callback[] = [];
  readonly #registered = new Map<string, Registered>();
  readonly #clients = new CallbackClients();

  constructor(
    register: (resource: Registration) => Answer | Promise<Answer>,
    call: (token: string) => Properties | Promise<Properties>,
    guard: Guard = (answer) => answer(),
  ) {
    super({
      call: ({ token }) => guard(async () => call(token)),
      // What is read and not registered.
      newResource: ({ type, name, inputs, id }: Read) =>
        guard(async () => {
          const options = { protect: false, retainOnDelete: false };
          const answer = await register({ type, name, isCustom: true, inputs, options });
          return { id: answer?.id ?? id, state: { ...(answer?.outputs ?? inputs) } };
        }),
    });
    this.#register = register;
    this.#guard = guard;
  }

  override async registerResource(
    request: messages.RegisterResourceRequest,
    callback: Callback,
  ): Promise<void> {
    try {
      const { urn, id, state } = await this.#guard(() => this.#answer(request));
      this.resources.set(urn, { urn, id: id ?? null, state });
      const response = new messages.RegisterResourceResponse();
      response
        .setUrn(urn)
        .setId(id ?? "")
        .setObject(struct.Struct.fromJavaScript(state));
      callback(null, response);
    } catch (error) {
      callback(error, undefined);
    }
  }

  override registerStackTransform(transform: callbacks.Callback, callback: Callback): void {
    this.#stackTransforms.push(transform);
    callback(null, {});
  }

  /** Called by the runtime as it disconnects. */
  close(): void {
    this.#clients.close();
  }

  async #answer(request: messages.RegisterResourceRequest) {
    const [type, name, isCustom] = [request.getType(), request.getName(), request.getCustom()];
    const parent = request.getParent();
    const { properties, options } = await transformed(
      request,
      optionsOf(request, this.#registered.get(parent)?.options),
      this.#transformsOf(request),
      this.#clients,
    );
    const inputs = runtime.deserializeProperties(properties) as Properties;
    const answer = await this.#register({
      type,
      name,
      isCustom,
      inputs,
      options: {
        protect: options.getProtect() === true,
        retainOnDelete: options.getRetainOnDelete() === true,
      },
    });
    const state = await runtime.serializeProperties("", { ...(answer?.outputs ?? inputs) });
    const urn = urnOf(parent, type, name);
    this.#registered.set(urn, { parent, transforms: request.getTransformsList(), options });
    return { urn, id: answer?.id, state };
  }

  /** First the resource's own transforms, then its parents' going outward, then the stack's. */
  #transformsOf(request: messages.RegisterResourceRequest): callbacks.Callback[] {
    const transforms = [...request.getTransformsList()];
    for (let urn = request.getParent(); urn !== "";) {
      const parent = this.#registered.get(urn);
      transforms.push(...(parent?.transforms ?? []));
      urn = parent?.parent ?? "";
    }
    // The stack itself is registered before there are any.
    return request.getType() === STACK ? transforms : [...transforms, ...this.#stackTransforms];
  }
}

/** As the engine names a resource: by the types of its parents too, but for the stack itself. */
function urnOf(parent: string, type: string, name: string): string {
  const parentType = parent.split("::")[2] ?? "";
  const types = parentType === "" || parentType === STACK ? type : `${parentType}$${type}`;
  return `urn:pulumi:${runtime.getStack()}::${runtime.getProject()}::${types}::${name}`;
}

const STACK = runtime.rootPulumiStackTypeName;
