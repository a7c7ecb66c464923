import { decodeBytes, encodeBytes } from "../../grpc/messageCodec.ts";
import { loadProtos } from "../../grpc/protos.ts";

const request = loadProtos().lookupType("google.cloud.tasks.v2.CreateTaskRequest");

function wire(task: object): Uint8Array {
  return request.encode(request.fromObject({ task })).finish();
}

describe("decodeBytes", () => {
  it("reads what encodeBytes has written", () => {
    const message = { parent: "a", task: { name: "b", dispatchDeadline: "15s" } };

    expect(decodeBytes(request, encodeBytes(request, message))).toEqual(message);
  });

  it.each([
    {
      what: "what is no message, as gRPC does",
      bytes: Buffer.from([0x18]),
      code: "INTERNAL",
      message: "The request is no CreateTaskRequest: index out of range: 1 + 1 > 1.",
    },
  ])("refuses $what", ({ bytes, code, message }) => {
    expect(() => decodeBytes(request, bytes)).toThrow(expect.objectContaining({ code, message }));
  });

  it.each([
    // Milliseconds for seconds.
    { seconds: 1_795_521_600_000, nanos: 0 },
    { seconds: 253_402_300_800, nanos: 0 },
    { seconds: -62_135_596_801, nanos: 0 },
    { seconds: 2 ** 52, nanos: 0 },
    { seconds: 5, nanos: -1 },
    { seconds: 5, nanos: 1_000_000_000 },
  ])("refuses the time $seconds s and $nanos ns as there is none", ({ seconds, nanos }) => {
    expect(() => decodeBytes(request, wire({ scheduleTime: { seconds, nanos } }))).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `Timestamp is not valid. See proto definition for valid values. Seconds (${seconds}) must be in range [-62,135,596,800, +253,402,300,799]. Nanos (${nanos}) must be in range [0, +999,999,999].`,
      }),
    );
  });

  it.each([
    { seconds: 315_576_000_001, nanos: 0 },
    { seconds: -315_576_000_001, nanos: 0 },
    { seconds: 1, nanos: 2_000_000_000 },
    { seconds: 1, nanos: -1 },
    { seconds: -1, nanos: 1 },
  ])("refuses the duration $seconds s and $nanos ns as there is none", ({ seconds, nanos }) => {
    expect(() => decodeBytes(request, wire({ dispatchDeadline: { seconds, nanos } }))).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `Duration is not valid. See proto definition for valid values. Seconds (${seconds}) must be in range [-315,576,000,000, +315,576,000,000]. Nanos (${nanos}) must be in range [-999,999,999, +999,999,999]. Nanos must have the same sign as seconds`,
      }),
    );
  });

  it.each([
    { seconds: 0, nanos: -1_000_000, duration: "-0.001s" },
    { seconds: -1, nanos: -500_000_000, duration: "-1.500s" },
    { seconds: 15, nanos: 250, duration: "15.000000250s" },
    { seconds: 15, nanos: 250_000, duration: "15.000250s" },
    { seconds: 15, nanos: 0, duration: "15s" },
    { seconds: 0, nanos: 0, duration: "0s" },
  ])("reads $seconds s and $nanos ns as $duration", ({ duration, ...dispatchDeadline }) => {
    expect(decodeBytes(request, wire({ dispatchDeadline }))).toEqual({
      task: { dispatchDeadline: duration },
    });
  });
});
