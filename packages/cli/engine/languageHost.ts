import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";

/** A language host that the engine can be told to use: `PULUMI_DEBUG_LANGUAGES=nodejs:PORT`. */
export interface LanguageHost {
  readonly port: number;
  close(): void;
}

/**
 * Serves a language host that runs no program. The CLI asks for one before commands that need none, such as
 * `import`, and asks it which plugins the program wants: those that are attached are all that there are.
 */
export async function startLanguageHost(): Promise<LanguageHost> {
  const server = new grpc.Server();
  server.addService(services.LanguageRuntimeService, {
    handshake: answer(new messages.LanguageHandshakeResponse()),
    getPluginInfo: answer(new plugin.PluginInfo().setVersion("1.0.0")),
    getRequiredPlugins: answer(new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(new messages.GetRequiredPackagesResponse()),
  });
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

function answer<Response>(response: Response): grpc.handleUnaryCall<unknown, Response> {
  return (_call, callback) => {
    callback(null, response);
  };
}
