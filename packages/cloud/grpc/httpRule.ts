import type { Method as RpcMethod } from "protobufjs";
import { consumerInvalid, resourceProjectInvalid } from "../api/consumer.ts";
import type { GoogleError } from "../api/googleError.ts";
import { malformedName } from "../api/resourceNames.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import { isId, parseTemplate } from "../api/pathTemplate.ts";
import type { JsonMessage } from "./messageCodec.ts";

/**
 * How a request of an RPC becomes a call of its method: the `google.api.http` rule of the RPC says which field
 * is the resource's name, and which one is the body. https://google.aip.dev/127
 */
export function readHttpRule(
  { options = {}, fullName }: RpcMethod,
  method: Method,
): (request: JsonMessage, member: string) => Call {
  const rule = VERBS.map((verb) => textOf(options[`(google.api.http).${verb}`])).join("");
  const bodyField = textOf(options["(google.api.http).body"]);
  const [, namePath, pattern] = /^\/\w+\/\{([\w.]+)=([^}]+)\}/.exec(rule) ?? [];
  if (namePath === undefined || pattern === undefined) {
    throw new Error(`The rule '${rule}' of ${fullName} names no resource.`);
  }
  const [first = "", second] = namePath.split(".");
  // The first segment of the path is the version.
  const segments = parseTemplate(method.http).segments.slice(1, 1 + pattern.split("/").length);

  const paramsOf = (name: unknown): Record<string, string> => {
    const ids = typeof name === "string" ? name.split("/") : [];
    const refuse = (): GoogleError => unreadable(ids, segments.length, fullName.slice(1));
    const params: Record<string, string> = {};
    for (const [i, segment] of segments.entries()) {
      const id = ids[i] ?? "";
      const fits = "literal" in segment ? id === segment.literal : isId(id);
      if (!fits || ids.length !== segments.length) throw refuse();
      if ("variable" in segment) params[segment.variable] = id;
    }
    return params;
  };

  return (request, member) => {
    const { [first]: named, ...rest } = request;
    const params = paramsOf(second === undefined ? named : fieldOf(named, second));
    if (bodyField === "*") return { params, query: NO_QUERY, body: rest, member };
    const query = new URLSearchParams();
    for (const [field, value] of Object.entries(rest)) {
      // What is not in a body is text, a number or a mask.
      if (field !== bodyField) query.set(field, textOf(value));
    }
    return { params, query, body: request[bodyField], member };
  };
}

/** Why a name is refused: the front end of Google's APIs looks for a project in it, and the API for the rest. */
function unreadable(
  [collection = "", id]: readonly string[],
  segments: number,
  method: string,
): GoogleError {
  const project = collection === "projects" ? id : collection;
  if (project === undefined || project === "") return resourceProjectInvalid(SERVICE, method);
  return collection === "projects" ? malformedName(segments) : consumerInvalid(project, SERVICE);
}

/** What is served over gRPC. */
const SERVICE = "cloudtasks.googleapis.com";

function fieldOf(message: Json | undefined, field: string): Json | undefined {
  const isMessage = typeof message === "object" && message !== null && !Array.isArray(message);
  return isMessage ? message[field] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

const VERBS = ["get", "post", "patch", "delete", "put"];
const NO_QUERY = new URLSearchParams();
