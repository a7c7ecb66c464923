import { once } from "node:events";
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectTcp } from "node:net";
import { CLIENT_LIMITS, type ClientLimits } from "../../server/clientLimits.ts";
import { Events } from "../../api/events.ts";
import { startGrpcServer } from "../../grpc/grpcServer.ts";
import type { Method } from "../../api/method.ts";
import { NotEmulatedError } from "../../api/notEmulated.ts";
import { authorityRefusing } from "../support/localApi.ts";
import { grpcFrame, sendGrpc } from "../support/rawGrpc.ts";

const SERVICE = "google.cloud.tasks.v2.CloudTasks";
const QUEUE = "projects/demo/locations/europe-west1/queues/email";
const MESSAGE = grpcFrame(Buffer.from(`\n${String.fromCharCode(QUEUE.length)}${QUEUE}`));
const PAUSE = { ":path": `/${SERVICE}/PauseQueue` };

async function start(limits: Partial<ClientLimits>, handle: Method["handle"] = () => ({})) {
  const events = new Events();
  const notEmulated: string[] = [];
  events.on("notEmulated", ({ what }) => notEmulated.push(what));
  const served = {
    methods: [
      {
        name: "PauseQueue",
        service: SERVICE,
        http: "POST /v2/projects/{project}/locations/{location}/queues/{queue}:pause",
        handle,
      },
    ],
    authority: authorityRefusing(),
  };
  const server = await startGrpcServer({
    served: () => served,
    events,
    port: 0,
    limits: { ...CLIENT_LIMITS, ...limits },
  });
  const sessions: ClientHttp2Session[] = [];
  return {
    port: server.port,
    notEmulated,
    connect: () => {
      const session = connect(`http://127.0.0.1:${server.port}`);
      sessions.push(session.on("error", () => undefined));
      return session;
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await server.close();
    },
  };
}

/** A call whose message never ends. */
function stall(session: ClientHttp2Session, bytes = 3) {
  const stream = session.request({
    ...{ ":method": "POST", ...PAUSE },
    "content-type": "application/grpc",
  });
  stream.on("error", () => undefined).write(Buffer.alloc(bytes));
  return stream;
}

describe("a client of gRPC that takes its time", () => {
  it("loses a connection over which nothing comes", async () => {
    await using server = await start({ headersMs: 150 });
    const socket = connectTcp(server.port, "127.0.0.1").resume();

    await once(socket, "close");

    expect(socket.destroyed).toBe(true);
  });

  it("loses a connection that rests after a call", async () => {
    await using server = await start({ restMs: 150 });
    const session = server.connect();
    await sendGrpc(session, [MESSAGE], PAUSE);

    await once(session, "close");

    expect(session.destroyed).toBe(true);
  });

  it("loses a call that is not all there in time", async () => {
    await using server = await start({ requestMs: 150 });

    const [headers] = await once(stall(server.connect()), "response");

    expect(headers).toMatchObject({
      "grpc-status": "4",
      "grpc-message": encodeURI("The call took more than 0.15 s."),
    });
  });

  it("loses a call whose answer it does not read in time", async () => {
    await using server = await start({ requestMs: 150 }, () => ({ name: "a".repeat(2 ** 20) }));
    const session = server.connect();
    const stream = session.request({
      ...{ ":method": "POST", ...PAUSE },
      "content-type": "application/grpc",
    });
    stream.on("error", () => undefined).end(MESSAGE);

    // It listens to no data.
    await once(stream, "close");

    expect(stream.rstCode).toBe(8);
  });
});

describe("many clients of gRPC", () => {
  it("may have no more than so many bytes under way, all together", async () => {
    await using server = await start({ heldBytes: 1000 });
    const session = server.connect();
    const stalled = stall(session, 950);

    const statusOfCall = async () =>
      (await sendGrpc(session, [MESSAGE], PAUSE)).headers["grpc-status"];
    let status = await statusOfCall();
    while (status === "0") status = await statusOfCall();
    expect(status).toBe("8");

    stalled.destroy();
    while (status === "8") status = await statusOfCall();
    expect(status).toBe("0");
  });
});

describe("a method that is there over gRPC", () => {
  it("says in the log what of it is not emulated", async () => {
    await using server = await start({}, () => {
      throw new NotEmulatedError("filter");
    });

    const { headers } = await sendGrpc(server.connect(), [MESSAGE], PAUSE);

    expect(headers["grpc-status"]).toBe("12");
    expect(server.notEmulated).toEqual(["filter"]);
  });
});
