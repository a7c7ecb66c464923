/** What was found out about an image. */
export interface ImageFacts {
  /** The user that it runs as, by number. */
  readonly user: number;
  /** What it answers to a probe, on a read-only root file system. */
  readonly health: number;
  /** What it answers to a ping of the invoker, and of somebody else. */
  readonly ping: { readonly invoker: number; readonly stranger: number };
  readonly stop: { readonly ms: number; readonly exitCode: number };
  readonly labels: Readonly<Record<string, string>>;
  /** By how much it is larger than the image that it is built on. */
  readonly bytesOverBase: number;
  /** The digests of the build context, of two bundles of the same code. */
  readonly contexts: readonly [string, string];
}

/** One thing that an image must be or do. */
export interface Check {
  readonly check: string;
  readonly wanted: string;
  readonly found: string;
  readonly isGood: boolean;
}

/** Cloud Run sends SIGKILL ten seconds after SIGTERM. */
const STOP_MS = 10_000;
const MAX_BYTES_OVER_BASE = 3_000_000;
const LABELS = ["org.opencontainers.image.title", "org.opencontainers.image.description"];

/** Judges an image by what was found out about it. */
export function judgeImage(facts: ImageFacts): Check[] {
  const { user, health, ping, stop, labels, bytesOverBase, contexts } = facts;
  const missing = LABELS.filter((label) => (labels[label] ?? "") === "");
  return [
    check("user", "not root", `${user}`, user > 0),
    check("GET /health, read-only root file system", "200", `${health}`, health === 200),
    check("a ping of the invoker", "204", `${ping.invoker}`, ping.invoker === 204),
    check("a ping of somebody else", "403", `${ping.stranger}`, ping.stranger === 403),
    check(
      "SIGTERM",
      `exit code 0 within ${STOP_MS / 1000} s`,
      `exit code ${stop.exitCode} after ${(stop.ms / 1000).toFixed(1)} s`,
      stop.exitCode === 0 && stop.ms < STOP_MS,
    ),
    check(
      "labels",
      "title, description",
      missing.length === 0 ? "both" : `no ${missing.join(", no ")}`,
      missing.length === 0,
    ),
    check(
      "size over the base",
      `≤ ${megabytes(MAX_BYTES_OVER_BASE)}`,
      megabytes(bytesOverBase),
      bytesOverBase <= MAX_BYTES_OVER_BASE,
    ),
    check(
      "build context, bundled twice",
      "the same digest",
      [...new Set(contexts)].map((digest) => digest.slice(0, 12)).join(", "),
      contexts[0] === contexts[1],
    ),
  ];
}

function check(name: string, wanted: string, found: string, isGood: boolean): Check {
  return { check: name, wanted, found, isGood };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
