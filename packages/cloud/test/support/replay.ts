import { readFileSync } from "node:fs";
import type { Json } from "../../api/parseJson.ts";
import { partialResponse } from "../../api/partialResponse.ts";
import type { Parsed } from "./localApi.ts";

/** A request of the real provider, and what it was answered. */
export interface RecordedCall {
  readonly n: number;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly status: number;
  readonly response: Json;
}

/** The calls of a deployment and its removal, as the real provider made them. */
export function recordedCalls(): RecordedCall[] {
  return readFileSync("packages/cloud/test/fixtures/provider-calls.jsonl", "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedCall);
}

/** What only the service sets, and sets differently each time. */
const OUTPUT_ONLY = new Set([
  ...["createTime", "updateTime", "timeCreated", "updated", "lastAttemptTime", "scheduleTime"],
  ...["etag", "uniqueId", "uid", "selfLink", "userUpdateTime", "uri", "urls"],
  // By no stated rule.
  "maxBurstSize",
  // Of a policy: 1 unless it has conditions, whatever was sent.
  "version",
]);

/**
 * Repeats recorded calls with the ids and etags that our side gives. Each answer must be of the recorded
 * class and hold what the recorded one does, but for what only the service sets.
 */
export class Replay {
  readonly #ids = new Map<string, string>();
  /** By the path that gave it. */
  readonly #etags = new Map<string, string>();

  /** The request of a call, in our words. */
  request({ path, body }: RecordedCall): { path: string; body: Json } {
    const ours = this.#ours(path);
    const etag = this.#etags.get(resourceOf(ours));
    return {
      path: ours,
      body: etag === undefined ? this.#mapped(body) : withEtag(this.#mapped(body), etag),
    };
  }

  /** What the answer must hold. Notes the ids and the etag that our side gave in it. */
  expected({ path, status, response }: RecordedCall, answer: Parsed): Json {
    if (status !== 200) return { error: { code: status } };
    this.#noteIds(response, answer);
    if (typeof answer?.etag === "string") {
      this.#etags.set(resourceOf(this.#ours(path)), answer.etag);
    }
    const fields = new URLSearchParams(path.split("?")[1]).get("fields");
    const wanted = partialResponse(response as object, fields) as Json;
    return without(this.#mapped(wanted), OUTPUT_ONLY);
  }

  #ours(text: string): string {
    return [...this.#ids].reduce((mapped, [theirs, ours]) => mapped.replaceAll(theirs, ours), text);
  }

  #mapped(json: Json): Json {
    return JSON.parse(this.#ours(JSON.stringify(json))) as Json;
  }

  /** A generated id is the last segment of a name, where ours has another. */
  #noteIds(theirs: Parsed, ours: Parsed): void {
    for (const [theirName, ourName] of [
      [theirs?.name, ours?.name],
      [theirs?.uniqueId, ours?.uniqueId],
    ]) {
      if (typeof theirName !== "string" || typeof ourName !== "string") continue;
      const [theirId = "", ourId = ""] = [theirName, ourName].map((n) => n.split("/").at(-1));
      // Short ones, such as "1001", would be found in other texts too.
      if (theirId !== ourId && theirId.length > 8) this.#ids.set(theirId, ourId);
    }
  }
}

/** The path without its query and its custom verb. */
function resourceOf(path: string): string {
  return path.split("?")[0]!.replace(/:\w+$/, "");
}

function withEtag(body: Json, etag: string): Json {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const { policy } = body;
  return {
    ...body,
    ...("etag" in body && { etag }),
    ...(policy !== undefined && { policy: withEtag(policy, etag) }),
  };
}

function without(json: Json, names: ReadonlySet<string>): Json {
  if (Array.isArray(json)) return json.map((item) => without(item, names));
  if (typeof json !== "object" || json === null) return json;
  // What was set to null is what was not set.
  const kept = Object.entries(json).filter(([name, value]) => !names.has(name) && value !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, without(value ?? null, names)]));
}
