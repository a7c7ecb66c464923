import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectTcp } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeBytes } from "../../grpc/messageCodec.ts";
import { loadProtos } from "../../grpc/protos.ts";
import { grpcFrame, sendGrpc } from "../support/rawGrpc.ts";
import { startFuzzCloud, type FuzzCloud } from "./fuzzCloud.ts";
import { BODIES, FRESH } from "./requests.ts";
import { runs } from "./runs.ts";

const LOCATION = "projects/demo/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/email`;
const GET_QUEUE = "/google.cloud.tasks.v2.CloudTasks/GetQueue";

const root = loadProtos();
const RPCS = [
  "google.cloud.tasks.v2.CloudTasks",
  "google.cloud.tasks.v2beta3.CloudTasks",
  "google.cloud.location.Locations",
].flatMap((service) =>
  root.lookupService(service).methodsArray.map(({ name, resolvedRequestType: type }) => ({
    path: `/${service}/${name}`,
    good: Buffer.from(encodeBytes(type!, fieldsOf(name, Object.keys(type!.fields)))),
  })),
);

/** A good request of an RPC: of the fields that its message has. */
function fieldsOf(rpc: string, names: readonly string[]): object {
  const body: object = JSON.parse(JSON.stringify(BODIES[rpc] ?? {}).replace(FRESH, "email"));
  const isInLocation = rpc === "CreateQueue" || rpc === "ListQueues";
  const fields = {
    ...body,
    queue: body,
    name: rpc.endsWith("Task") ? `${QUEUE}/tasks/first` : QUEUE,
    resource: QUEUE,
    parent: isInLocation ? LOCATION : QUEUE,
    updateMask: "rateLimits",
  };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

describe("gRPC", () => {
  let fuzz: FuzzCloud;
  let session: ClientHttp2Session;
  beforeAll(async () => {
    fuzz = await startFuzzCloud();
    session = connect(`http://127.0.0.1:${fuzz.cloud.grpcPort}`);
  });
  afterAll(async () => {
    session.destroy();
    await fuzz[Symbol.asyncDispose]();
  });

  it("answers whatever bytes its messages have, by Google's rules", async () => {
    for (const { path, good } of RPCS) {
      await fc.assert(
        fc.asyncProperty(spoiltBytes(good), async (message) => {
          const { headers } = await sendGrpc(session, [grpcFrame(message)], { ":path": path });

          expect([path, problemOf(headers), fuzz.unexpected.splice(0)]).toEqual([
            path,
            undefined,
            [],
          ]);
        }),
        runs(12),
      );
    }
  });

  it("answers whatever frames it is sent", async () => {
    const { good } = RPCS.find(({ path }) => path === GET_QUEUE)!;
    await fc.assert(
      fc.asyncProperty(hostileFrame(good), async ({ pieces, headers }) => {
        const reply = await sendGrpc(session, pieces, { ":path": GET_QUEUE, ...headers });

        expect(problemOf(reply.headers)).toBeUndefined();
      }),
      runs(100),
    );
  });

  it("survives what is no HTTP/2, or breaks off in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...FRAMES), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        async (frames, end) => {
          const socket = connectTcp(fuzz.cloud.grpcPort, "127.0.0.1");
          socket.on("error", () => undefined).resume();
          const closed = new Promise((resolve) => socket.once("close", resolve));

          socket.end(Buffer.concat([...frames, end]));
          await closed;
        },
      ),
      runs(60),
    );
    const { headers } = await sendGrpc(session, [grpcFrame(new Uint8Array())], {
      ":path": GET_QUEUE,
    });
    expect(headers["grpc-status"]).toBe("3");
  });

  it("ends a connection that opens streams only to break them off, and no other", async () => {
    const flood = connect(`http://127.0.0.1:${fuzz.cloud.grpcPort}`);
    flood.on("error", () => undefined);
    const ended = new Promise((resolve) => flood.once("close", resolve));

    const open = (): void => {
      if (flood.closed || flood.destroyed) return;
      for (let i = 0; i < 100; i += 1) {
        const stream = flood.request({ ":method": "POST", ":path": GET_QUEUE });
        stream.on("error", () => undefined);
        stream.close();
      }
      setImmediate(open);
    };
    open();
    await ended;

    const { headers } = await sendGrpc(session, [grpcFrame(new Uint8Array())], {
      ":path": GET_QUEUE,
    });
    expect(headers["grpc-status"]).toBe("3");
  });
});

/** What gRPC itself calls INTERNAL: a message that cannot be read. */
const UNREADABLE =
  /^(The request is no \w+: |The request is not one message\.|The message cannot be decompressed: )/;

function problemOf({
  ":status": status,
  "grpc-status": code,
  "grpc-message": message = "",
}: {
  readonly [name: string]: string | string[] | number | undefined;
}): string | undefined {
  const text = decodeURI(String(message));
  const shown = `${String(status)} ${String(code)} ${text}`;
  if (status === 415 && code === undefined) return undefined;
  if (status !== 200 || !/^\d+$/.test(String(code)) || Number(code) > 16)
    return `No status: ${shown}`;
  return code === "13" && !UNREADABLE.test(text) ? `An own failure: ${shown}` : undefined;
}

/** Bytes of a good message with some of them replaced, left out or doubled, or of none at all. */
function spoiltBytes(good: Buffer): fc.Arbitrary<Buffer> {
  const splice = fc.record({
    at: fc.nat({ max: good.length }),
    length: fc.nat({ max: 8 }),
    bytes: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(...BYTES)),
  });
  return fc
    .array(splice, { maxLength: 3 })
    .map((all) =>
      all.reduce(
        (bytes, { at, length, bytes: bad }) =>
          Buffer.concat([bytes.subarray(0, at), bad, bytes.subarray(at + length)]),
        good,
      ),
    );
}

const BYTES = [
  Buffer.alloc(0),
  // Numbers and lengths at their ends, and beyond them.
  Buffer.from("ffffffffffffffffff01", "hex"),
  Buffer.from("ffffffffffffffffffffffff", "hex"),
  Buffer.from("8080808080808080808001", "hex"),
  Buffer.from("0affffffff0f", "hex"),
  Buffer.from([0x0a, 2, 0xc3, 0x28]),
  Buffer.from([0x0a, 3, 0xed, 0xa0, 0x80]),
  // Groups in groups, and none that end.
  Buffer.alloc(20_000, 0x0b),
  Buffer.concat([Buffer.alloc(20_000, 0x0b), Buffer.alloc(20_000, 0x0c)]),
  // Messages in messages.
  Buffer.from([0x12, 4, 0x12, 2, 0x12, 0]),
  Buffer.from("\n\u0009__proto__\u0012\u0001a", "latin1"),
];

function hostileFrame(good: Buffer) {
  const message = fc.oneof(
    fc.constantFrom(good, gzipSync(good), gzipSync(Buffer.alloc(5 * 2 ** 20)), Buffer.alloc(0)),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  );
  return fc.record({
    pieces: fc.array(
      fc
        .tuple(
          message,
          fc.constantFrom(0, 1, 2, 255),
          fc.constantFrom(-1, 0, 1, 2 ** 31, 2 ** 32 - 1),
        )
        .map(([bytes, flag, more]) => {
          const length = bytes.length + more;
          return grpcFrame(bytes, flag, length < 0 || length > 2 ** 32 - 1 ? bytes.length : length);
        }),
      { maxLength: 3 },
    ),
    headers: fc.record(
      Object.fromEntries(
        Object.entries(HEADERS).map(([name, values]) => [name, fc.constantFrom(...values)]),
      ),
      { requiredKeys: [] },
    ),
  });
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "grpc-encoding": ["gzip", "identity", "br", ""],
  "grpc-timeout": ["1S", "99999999H", "-1S", "0n", "1", "1e3S", ""],
  "content-type": ["application/grpc", "application/grpc+json", "text/html", ""],
  authorization: ["Bearer x", "Bearer ", "Basic eA==", "Bearer eyJh.e30.x", "x".repeat(5000)],
  ":path": ["/", "/a/b", `${GET_QUEUE}/`, `${GET_QUEUE}?a`, `/${"x".repeat(5000)}`, "/__proto__"],
};

/** The preface of HTTP/2, and frames good and bad after it. */
const FRAMES = [
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
  Buffer.from("000000040000000000", "hex"),
  Buffer.from("000006040000000000000400000000", "hex"),
  Buffer.from("0000060400000000000004ffffffff", "hex"),
  Buffer.from("0000080600000000000000000000000000", "hex"),
  Buffer.from("00000401040000000182868441", "hex"),
  Buffer.from("ffffff000000000001", "hex"),
  Buffer.from("000004080000000000ffffffff", "hex"),
  Buffer.from("00000403000000000100000008", "hex"),
  Buffer.from("0000040900000000018286", "hex"),
  Buffer.from("00000807000000000000000000000000ff", "hex"),
];
