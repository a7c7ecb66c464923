import { credentials } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/callback_pb.js";
import services from "@pulumi/pulumi/proto/callback_grpc_pb.js";

/** Calls functions of a program where the engine would: at the server that Pulumi's SDK has started for them. */
export class CallbackClients {
  readonly #clients = new Map<string, services.CallbacksClient>();

  /** Throws what the function threw. */
  invoke(callback: messages.Callback, request: Uint8Array): Promise<Uint8Array> {
    const message = new messages.CallbackInvokeRequest()
      .setToken(callback.getToken())
      .setRequest(request);
    return new Promise((resolve, reject) => {
      this.#clientOf(callback.getTarget()).invoke(message, (error, response) => {
        if (error) reject(new Error(error.details, { cause: error }));
        else resolve(response.getResponse_asU8());
      });
    });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #clientOf(target: string): services.CallbacksClient {
    const known = this.#clients.get(target);
    if (known) return known;
    const client = new services.CallbacksClient(target, credentials.createInsecure());
    this.#clients.set(target, client);
    return client;
  }
}
