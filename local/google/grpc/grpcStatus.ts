import { Metadata, type StatusObject } from "@grpc/grpc-js";
import type { Root } from "protobufjs";
import type { GoogleError } from "../googleError.ts";
import { encodeBytes } from "./messageCodec.ts";

/** A refusal as gRPC carries it: the details in a trailer of their own. https://google.aip.dev/193 */
export function grpcStatus(error: GoogleError, root: Root): StatusObject {
  const { rpcCode: code, message, details } = error;
  const metadata = new Metadata();
  if (details.length > 0) {
    const type = root.lookupType("google.rpc.Status");
    const bytes = encodeBytes(type, { code, message, details });
    if (bytes.length <= MAX_DETAILS) metadata.set("grpc-status-details-bin", bytes);
  }
  return { code, details: message.slice(0, MAX_MESSAGE), metadata };
}

// Trailers are headers, whose size HTTP/2 limits; a message may hold what the caller sent.
const MAX_MESSAGE = 2000;
const MAX_DETAILS = 4096;
