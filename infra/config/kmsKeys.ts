import { z } from "zod";
import { alternatives, list } from "../../tasks/contract/knownNames.ts";
import { inStackFile } from "./places.ts";
import { quote } from "./problems.ts";
import * as rules from "./rules.ts";

const KEY = rules.text(
  "it must be a key of Cloud KMS, 'projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>'",
  /^projects\/[^/\s]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+$/,
);

/** The APIs whose data may be encrypted with a key of one's own (CMEK), by the first part of their names. */
const ENCRYPTED = ["artifactregistry", "run", "secretmanager"] as const;

const SETTINGS = {
  "*": KEY.optional(),
  artifactregistry: KEY.optional(),
  run: KEY.optional(),
  secretmanager: KEY.optional(),
};

/** Why there is none for Cloud Tasks: docs/google-cloud.md 1.3. */
const NOT_CLOUD_TASKS =
  "In a location with a key of one's own Cloud Tasks takes no target of a queue, and every queue here has one, " +
  "its worker. Payloads are encrypted with Google's keys; keep what must not be out of them, and send a " +
  "reference to it.";

/** The stack's keys, `*` for every API that has none of its own. */
export const kmsKeys = z.strictObject(SETTINGS, {
  error: (issue) => {
    const names = Object.keys(SETTINGS);
    if (issue.code !== "unrecognized_keys") return `it holds ${list(names)}`;
    const why = (key: string): string =>
      key === "cloudtasks" ? NOT_CLOUD_TASKS : alternatives(key, "settings", names);
    return issue.keys.map(why).join("\n");
  },
});

/** The key of each API's data; none where Google's own is used. */
export type KmsKeys = Readonly<Partial<Record<(typeof ENCRYPTED)[number], string>>>;

/** The key of each API. */
export function kmsKeysOf(given: z.output<typeof kmsKeys> = {}): KmsKeys {
  return Object.fromEntries(
    ENCRYPTED.flatMap((api) => {
      const key = given[api] ?? given["*"];
      return key === undefined ? [] : [[api, key]];
    }),
  );
}

/**
 * What is wrong with the places of the keys, of those that are given and are keys: a service can use one of its own
 * region only.
 */
export function checkKmsKeys(stack: string, region: string, given: unknown): string[] {
  const keys = new Map<string, unknown>(Object.entries(given ?? {}));
  return ["*", ...ENCRYPTED].flatMap((api) => {
    const key = KEY.safeParse(keys.get(api)).data;
    const location = /\/locations\/([^/]+)\//.exec(key ?? "")?.[1];
    if (location === undefined || location === region) return [];
    return [
      `${inStackFile(stack, "kmsKeys")([api])} is ${quote(key)}; the stack is in '${region}', and Google ` +
        "encrypts with a key of the same region.",
    ];
  });
}
