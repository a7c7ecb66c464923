import { decodeBytes, encodeBytes } from "../../grpc/messageCodec.ts";
import { loadProtos } from "../../grpc/protos.ts";

const request = loadProtos().lookupType("google.cloud.tasks.v2.CreateTaskRequest");

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
    {
      what: "a message with a time that there is not",
      bytes: request
        .encode(request.fromObject({ task: { scheduleTime: { seconds: 2 ** 52, nanos: 0 } } }))
        .finish(),
      code: "INVALID_ARGUMENT",
      message: "The request is no CreateTaskRequest: Invalid time value.",
    },
  ])("refuses $what", ({ bytes, code, message }) => {
    let refusal: unknown;
    try {
      decodeBytes(request, bytes);
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toMatchObject({ code, message });
  });
});
