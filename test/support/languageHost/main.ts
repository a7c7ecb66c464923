import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { runPlugin } from "./runPlugin.ts";
import { runProgram } from "./runProgram.ts";

/*
 * A language host for Node.js that does what Pulumi's own does wherever the engine can see it
 * (sdk/nodejs/cmd/pulumi-language-nodejs of pulumi/pulumi), so that tests start a program and a policy pack the
 * way a real installation does. It differs in three points: the program speaks to the engine directly, and not
 * through a proxy; no plugin is required, since a test attaches the providers; and nothing is installed.
 */

// Flags come first. The engine's address is the last argument.
const engine = process.argv.at(-1) ?? "";

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(services.LanguageRuntimeService, {
  getPluginInfo: answer(() => new plugin.PluginInfo().setVersion("1.0.0")),
  handshake: answer(() => new messages.LanguageHandshakeResponse()),
  about: answer(() =>
    new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(() => new messages.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
  installDependencies: (call: grpc.ServerWritableStream<unknown, unknown>) => {
    call.end();
  },
  run: answer((request: messages.RunRequest) => runProgram(request, engine)),
  runPlugin,
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The first line is what the engine waits for.
  process.stdout.write(`${port}\n`);
});

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
          callback({ code: grpc.status.UNKNOWN, details: String(error) });
        },
      );
  };
}
