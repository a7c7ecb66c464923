import { Buffer } from "node:buffer";
import * as z from "zod";

const claimsSchema = z.object({ email: z.string(), email_verified: z.literal(true) });

/**
 * Makes the check that a request comes from the invoker. Cloud Run has verified the token and taken its
 * signature off; this reads whose it is. It guards against other accounts that were given the right to
 * call the worker, not against a worker that was made public: a policy rule does.
 */
export function makeIdentityCheck(
  invoker: string,
): (header: (name: string) => string | undefined) => boolean {
  // The invoker's token is the same for many deliveries.
  let known: string | undefined;

  return (header) => {
    // Where both are sent, Cloud Run verifies this one only, and the other may hold anything.
    const authorization = header("x-serverless-authorization") ?? header("authorization");
    if (authorization === undefined) return false;
    if (authorization === known) return true;
    if (emailOf(authorization) !== invoker) return false;
    known = authorization;
    return true;
  };
}

function emailOf(authorization: string): string | undefined {
  const claims = /^bearer [^.]+\.([^.]+)\.[^.]*$/i.exec(authorization)?.[1];
  if (claims === undefined) return undefined;
  try {
    const json = Buffer.from(claims, "base64url").toString();
    return claimsSchema.safeParse(JSON.parse(json)).data?.email;
  } catch {
    // Not a JSON Web Token, so nobody's.
    return undefined;
  }
}
