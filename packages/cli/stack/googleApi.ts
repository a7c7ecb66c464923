import { z } from "zod";
import type { Target } from "../command/target.ts";
import { accessToken } from "./accessToken.ts";
import { callLocal, localEndpoint } from "./localCloud.ts";

const refusal = z.object({ error: z.object({ status: z.string(), message: z.string() }) });

/**
 * Calls an API of Google's for a stack, in Google Cloud with the operator's own credentials or on a local cloud. Throws what
 * it says where it refuses.
 */
export async function callGoogle(
  { port }: Target,
  /** Such as `cloudscheduler.googleapis.com`. */
  api: string,
  method: "GET" | "POST",
  path: string,
): Promise<unknown> {
  const response =
    port === undefined
      ? await fetch(`https://${api}${path}`, {
          method,
          headers: { authorization: `Bearer ${await accessToken()}` },
        })
      : await callLocal(localEndpoint(port), path, { method });
  const text = await response.text();
  if (response.ok) return text === "" ? {} : JSON.parse(text);
  throw new Error(`${api} answers ${response.status}: ${reasonIn(text)}`);
}

function reasonIn(text: string): string {
  try {
    const { status, message } = refusal.parse(JSON.parse(text)).error;
    return `${status} ${message}`;
  } catch {
    // Not every front end in between speaks the API's JSON.
    return text.slice(0, 200);
  }
}
