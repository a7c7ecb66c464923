import type { OutgoingHttpHeaders } from "node:http2";
import type { Root } from "protobufjs";
import type { GoogleError } from "../api/googleError.ts";
import { encodeBytes } from "./messageCodec.ts";

/** A refusal as gRPC carries it: the details in a header of their own. https://google.aip.dev/193 */
export function grpcStatus(error: GoogleError, root: Root): OutgoingHttpHeaders {
  const { rpcCode: code, message, details } = error;
  const status = {
    "grpc-status": String(code),
    // Headers hold ASCII only, and halves of characters have no encoding.
    "grpc-message": encodeURI(message.slice(0, MAX_MESSAGE).replace(/\p{Surrogate}/gu, "\ufffd")),
  };
  if (details.length === 0) return status;
  const bytes = encodeBytes(root.lookupType("google.rpc.Status"), { code, message, details });
  return bytes.length > MAX_DETAILS
    ? status
    : { ...status, "grpc-status-details-bin": Buffer.from(bytes).toString("base64") };
}

// HTTP/2 limits the size of headers; a message may hold what the caller sent.
const MAX_MESSAGE = 2000;
const MAX_DETAILS = 4096;
