import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../resources/resourceType.ts";
import type { Provider, Subject } from "./provider.ts";

/** A provider that the engine can be told to use: `PULUMI_DEBUG_PROVIDERS=gcp:PORT`. */
export interface ServedProvider {
  readonly port: number;
  close(): void;
}

/**
 * Serves a provider over the engine's own protocol, on a free port. The SDK's server, `pulumi.provider`,
 * would not do: it never tells whether a call is a preview's, so that every output of a resource to be
 * changed is unknown, and a preview then announces replacements that never happen.
 */
export async function serveProvider(provider: Provider, version: string): Promise<ServedProvider> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(services.ResourceProviderService, handlers(provider, version));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    close: () => {
      server.forceShutdown();
    },
  };
}

function handlers(provider: Provider, version: string): grpc.UntypedServiceImplementation {
  return {
    attach: answer(() => new empty.Empty()),
    cancel: answer(() => new empty.Empty()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(version)),
    configure: answer((request: messages.ConfigureRequest) => {
      provider.configure(read(request.getArgs()));
      // Secrets come unwrapped; the engine marks them in what it gets back.
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    check: answer(async (request: messages.CheckRequest) => {
      const { inputs, problems } = await provider.check(
        subject(request),
        read(request.getOlds()),
        read(request.getNews()),
      );
      return new messages.CheckResponse()
        .setInputs(write(inputs))
        .setFailuresList(
          problems.map(({ property, reason }) =>
            new messages.CheckFailure().setProperty(property).setReason(reason),
          ),
        );
    }),
    diff: answer((request: messages.DiffRequest) => {
      const diff = provider.diff(
        subject(request),
        read(request.getOldInputs()),
        read(request.getNews()),
      );
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse()
        .setChanges(diff.changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList([...diff.changed])
        .setReplacesList([...diff.replaces])
        .setDeletebeforereplace(diff.deleteBeforeReplace);
    }),
    create: answer(async (request: messages.CreateRequest) => {
      const inputs = read(request.getProperties());
      const { id, outputs } = await provider.create(subject(request), inputs, request.getPreview());
      return new messages.CreateResponse().setId(id).setProperties(write(outputs));
    }),
    read: answer(async (request: messages.ReadRequest) => {
      const found = await provider.read(subject(request), {
        id: request.getId(),
        inputs: read(request.getInputs()),
        outputs: read(request.getProperties()),
      });
      const response = new messages.ReadResponse();
      if (!found) return response;
      const { id, inputs, outputs } = found;
      return response.setId(id).setInputs(write(inputs)).setProperties(write(outputs));
    }),
    update: answer(async (request: messages.UpdateRequest) => {
      const old = {
        id: request.getId(),
        inputs: read(request.getOldInputs()),
        outputs: read(request.getOlds()),
      };
      const outputs = await provider.update(
        subject(request),
        old,
        read(request.getNews()),
        request.getPreview(),
      );
      return new messages.UpdateResponse().setProperties(write(outputs));
    }),
    delete: answer(async (request: messages.DeleteRequest) => {
      await provider.delete(subject(request), {
        id: request.getId(),
        inputs: read(request.getOldInputs()),
        outputs: read(request.getProperties()),
      });
      return new empty.Empty();
    }),
    invoke: answer((request: messages.InvokeRequest) =>
      new messages.InvokeResponse().setReturn(write(provider.invoke(request.getTok()))),
    ),
  };
}

/** One method: what goes wrong is told by its message alone. */
function answer<Request, Response>(
  act: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => act(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback({ code: grpc.status.UNKNOWN, details });
        },
      );
  };
}

function subject(request: { getType(): string; getName(): string }): Subject {
  return { type: request.getType(), name: request.getName() };
}

function read(properties: struct.Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}

function write(properties: Properties): struct.Struct {
  // JSON leaves out what is undefined, which the protocol cannot say.
  return struct.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(properties)) as Record<string, struct.JavaScriptValue>,
  );
}
