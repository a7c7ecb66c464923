import { randomBytes } from "node:crypto";
import type { Clock } from "../time/clock.ts";
import { GoogleError } from "../api/googleError.ts";
import { memoryStore, type KeptMap, type Store } from "../data/store.ts";
import { timestamp } from "../data/storedResources.ts";

export type VersionState = "ENABLED" | "DISABLED" | "DESTROYED";

/** A version of a secret. */
export interface SecretVersion {
  readonly name: string;
  readonly createTime: string;
  readonly state: VersionState;
  readonly destroyTime?: string;
  readonly etag: string;
  readonly payload: Payload;
  /** Whether the checksum was the caller's, and was found to be right. */
  readonly isChecked: boolean;
}

/** The value of a version, as `access` returns it. */
export interface Payload {
  /** Base64. */
  readonly data: string;
  /** CRC-32C, as a number in text. */
  readonly dataCrc32c: string;
}

/** Alias to number, as the secret has them. */
type Aliases = Readonly<Record<string, unknown>>;

/** The versions of all secrets, numbered from 1 in the order of their creation. */
export class SecretVersions {
  readonly #versions: KeptMap<SecretVersion[]>;
  readonly #clock: Clock;

  constructor(clock: Clock, store: Store = memoryStore) {
    this.#clock = clock;
    this.#versions = store.map("secretVersions");
  }

  /** The tag of what was changed just now. It is in quotes, as Secret Manager's are. */
  nextEtag(): string {
    return `"${randomBytes(7).toString("hex")}"`;
  }

  add(secret: string, payload: Payload, isChecked: boolean): SecretVersion {
    const versions = this.of(secret);
    const version: SecretVersion = {
      name: `${secret}/versions/${versions.length + 1}`,
      createTime: timestamp(this.#clock),
      state: "ENABLED",
      etag: this.nextEtag(),
      payload,
      isChecked,
    };
    this.#versions.set(secret, [...versions, version]);
    return version;
  }

  /** The oldest first. */
  of(secret: string): readonly SecretVersion[] {
    return this.#versions.get(secret) ?? [];
  }

  /** A version by its number, `latest` or an alias; or NOT_FOUND. */
  get(secret: string, version: string, aliases: Aliases): SecretVersion {
    const versions = this.of(secret);
    const number = version === "latest" ? versions.length : Number(aliases[version] ?? version);
    const found = versions[number - 1];
    if (found) return found;
    throw new GoogleError("NOT_FOUND", `Secret Version [${secret}/versions/${version}] not found.`);
  }

  /** A version that is enabled; or FAILED_PRECONDITION. */
  access(secret: string, version: string, aliases: Aliases): SecretVersion {
    const found = this.get(secret, version, aliases);
    if (found.state === "ENABLED") return found;
    throw wrongState(found);
  }

  /** Puts a version in another state. One that is destroyed stays so. */
  setState(secret: string, version: SecretVersion, state: VersionState): SecretVersion {
    if (version.state === "DESTROYED") throw wrongState(version);
    const changed: SecretVersion = {
      ...version,
      state,
      etag: this.nextEtag(),
      ...(state === "DESTROYED" && { destroyTime: timestamp(this.#clock), payload: NOTHING }),
    };
    const versions = this.of(secret).map((one) => (one.name === version.name ? changed : one));
    this.#versions.set(secret, versions);
    return changed;
  }

  removeAll(secret: string): void {
    this.#versions.delete(secret);
  }
}

/** What is left of the value of a version that is destroyed. */
const NOTHING: Payload = { data: "", dataCrc32c: "0" };

/** A version as the API shows it: without its value. */
export function renderVersion(version: SecretVersion): object {
  const { name, createTime, state, destroyTime, etag, isChecked } = version;
  return {
    name,
    createTime,
    state,
    ...(destroyTime !== undefined && { destroyTime }),
    replicationStatus: { automatic: {} },
    etag,
    ...(isChecked && { clientSpecifiedPayloadChecksum: true }),
  };
}

function wrongState({ name, state }: SecretVersion): GoogleError {
  return new GoogleError("FAILED_PRECONDITION", `Secret Version [${name}] is in ${state} state.`);
}
