import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether an `Authorization` header has the token of whoever started the cloud. What has code run on the machine asks
 * for it: everybody who can reach the port is the owner of the local project, but not of the machine.
 */
export function isDeployer(authorization: string | undefined, deployToken: string): boolean {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
  return token !== undefined && timingSafeEqual(hash(token), hash(deployToken));
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** What is said to a caller without it. */
export const DEPLOYER_ONLY =
  "Containers run as the user who started the local cloud, so only that user may give it images and deploy them: " +
  "send 'Authorization: Bearer <token>'. The commands of this project find the token by themselves; README.md of " +
  "packages/cloud says where it is.";
