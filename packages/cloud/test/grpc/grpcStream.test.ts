import type { Call } from "../../api/method.ts";
import { connect, type ClientHttp2Session } from "node:http2";
import { gzipSync } from "node:zlib";
import { Events } from "../../api/events.ts";
import { startGrpcServer, type GrpcServer } from "../../grpc/grpcServer.ts";
import { authorityRefusing } from "../support/localApi.ts";
import { grpcFrame, sendGrpc } from "../support/rawGrpc.ts";

const PAUSE = "google.cloud.tasks.v2.CloudTasks/PauseQueue";
const QUEUE = "projects/demo/locations/europe-west1/queues/email";
/** The request as protobuf writes it: field 1, its length, its text. */
const MESSAGE = Buffer.concat([Buffer.from([0x0a, QUEUE.length]), Buffer.from(QUEUE)]);

let server: GrpcServer;
let session: ClientHttp2Session;
let unexpected: string[];
let notEmulated: string[];

beforeEach(async () => {
  const events = new Events();
  unexpected = [];
  notEmulated = [];
  events.on("notEmulated", ({ what }) => notEmulated.push(what));
  const served = {
    methods: [
      {
        name: "PauseQueue",
        service: "google.cloud.tasks.v2.CloudTasks",
        http: "POST /v2/projects/{project}/locations/{location}/queues/{queue}:pause",
        handle: ({ params }: Pick<Call, "params">) => ({ name: params["queue"] }),
      },
    ],
    authority: authorityRefusing(),
  };
  server = await startGrpcServer({
    served: () => served,
    events,
    port: 0,
    onUnexpected: (what, error) => unexpected.push(`${what}: ${String(error)}`),
  });
  session = connect(`http://127.0.0.1:${server.port}`);
});
afterEach(async () => {
  session.destroy();
  await server.close();
});

const frame = grpcFrame;
const send = (pieces: readonly Buffer[], headers: Record<string, string> = {}) =>
  sendGrpc(session, pieces, { ":path": `/${PAUSE}`, ...headers });

const statusOf = async (...args: Parameters<typeof send>) => {
  const { "grpc-status": status, "grpc-message": message } = (await send(...args)).headers;
  return [status, decodeURI(String(message))];
};

describe("a call of gRPC", () => {
  it("is answered with one message, and its status after it", async () => {
    const { headers, body } = await send([frame(MESSAGE)]);

    expect(headers).toMatchObject({ ":status": 200, "content-type": "application/grpc" });
    expect(headers["grpc-status"]).toBe("0");
    expect(body).toEqual(frame(Buffer.from("\n\u0005email")));
  });

  it("may come in pieces, and compressed", async () => {
    const whole = frame(gzipSync(MESSAGE), 1);
    const pieces = [whole.subarray(0, 3), whole.subarray(3, 20), whole.subarray(20)];

    expect((await send(pieces, { "grpc-encoding": "gzip" })).body).toEqual(
      frame(Buffer.from("\n\u0005email")),
    );
  });

  it.each([
    {
      what: "another compression",
      request: frame(MESSAGE, 1),
      headers: { "grpc-encoding": "snappy" },
      status: ["12", "Only 'gzip' may be the 'grpc-encoding' of a message."],
    },
    {
      what: "a message that is cut off",
      request: frame(MESSAGE, 0, MESSAGE.length + 1),
      status: ["13", "The request is not one message."],
    },
    {
      what: "nothing",
      request: Buffer.alloc(0),
      status: ["13", "The request is not one message."],
    },
    {
      what: "what is no protobuf",
      request: frame(Buffer.from([0x0f])),
      status: ["13", "The request is no PauseQueueRequest: index out of range: 1 + 1 > 1."],
    },
    {
      what: "what does not decompress",
      request: frame(MESSAGE, 1),
      headers: { "grpc-encoding": "gzip" },
      status: ["13", "The message cannot be decompressed: Error: incorrect header check"],
    },
    {
      what: "a bomb",
      request: frame(gzipSync(Buffer.alloc(5 * 2 ** 20)), 1),
      headers: { "grpc-encoding": "gzip" },
      status: ["13", expect.stringMatching(/^The message cannot be decompressed: RangeError/)],
    },
  ])("of $what is refused, and is no failure here", async ({ request, headers, status }) => {
    expect(await statusOf([request], headers)).toEqual(status);
    expect(unexpected).toEqual([]);
  });

  it("of more than 4 MiB is refused before it is there", async () => {
    expect(await statusOf([frame(Buffer.alloc(4 * 2 ** 20)), Buffer.alloc(1)])).toEqual([
      "8",
      "A message is larger than 4194304 bytes.",
    ]);
  });

  it("that is none is answered 415", async () => {
    const { headers } = await send([frame(MESSAGE)], { "content-type": "application/json" });

    expect(headers[":status"]).toBe(415);
  });

  it("of a service that is not there is UNIMPLEMENTED, and told of", async () => {
    expect(await statusOf([frame(MESSAGE)], { ":path": "/grpc.health.v1.Health/Check" })).toEqual([
      "12",
      "'grpc.health.v1.Health/Check' is not emulated locally.",
    ]);
    expect(notEmulated).toEqual(["grpc.health.v1.Health/Check"]);
  });
});
