import { RunError, runtime } from "@pulumi/pulumi";
import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { CallbackClients } from "./callbackClients.ts";
import { propertiesOf } from "./transformRequest.ts";

/** What a resource is registered with. */
interface Transformed {
  readonly properties: struct.Struct;
  readonly options: messages.TransformResourceOptions;
}

/** A resource's properties and options once these transforms, one after another, have changed them. */
export async function transformed(
  request: messages.RegisterResourceRequest,
  options: messages.TransformResourceOptions,
  transforms: readonly callbacks.Callback[],
  clients: CallbackClients,
): Promise<Transformed> {
  if (transforms.length === 0)
    return { properties: request.getObject() ?? new struct.Struct(), options };
  let now: Transformed = { properties: propertiesOf(request), options };
  for (const transform of transforms) {
    const order = new messages.TransformRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setCustom(request.getCustom())
      .setParent(request.getParent())
      .setProperties(now.properties)
      .setOptions(now.options);
    const answer = messages.TransformResponse.deserializeBinary(
      await clients.invoke(transform, order.serializeBinary()).catch((error: unknown) => {
        throw failureOf(request, error);
      }),
    );
    now = {
      properties: answer.getProperties() ?? now.properties,
      options: answer.getOptions() ?? now.options,
    };
  }
  // What transforms see as outputs is plain again, or a secret.
  const outputs = runtime.deserializeProperties(now.properties) as object;
  const plain = await runtime.serializeProperties("", outputs);
  return { ...now, properties: struct.Struct.fromJavaScript(plain) };
}

function failureOf(request: messages.RegisterResourceRequest, error: unknown): Error {
  // The SDK says 'transform failed: Error: …'.
  const reason = (error instanceof Error ? error.message : String(error)).replace(
    /^transform failed: /,
    "",
  );
  return new RunError(
    `A transform of '${request.getName()}' (${request.getType()}) failed: ${reason}`,
  );
}
