import { GoogleError } from "../api/googleError.ts";
import type { KeptMap, Store } from "../data/store.ts";
import type { Clock } from "../time/clock.ts";

/** A role of a project's own, as Google's API has it. */
export interface CustomRole {
  /** `projects/P/roles/R` */
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly includedPermissions?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly etag: string;
  readonly deleted?: true;
}

/** What may be set of a role. */
export type RoleContent = Pick<
  CustomRole,
  "title" | "description" | "includedPermissions" | "stage"
>;

interface KeptRole {
  readonly role: CustomRole;
  /** When it was deleted, in milliseconds. */
  readonly deletedAt?: number;
}

const DAY_MS = 86_400_000;
/** For how long a deleted role can be had back. */
const UNDELETE_MS = 7 * DAY_MS;
/** For how long its id stays taken. https://cloud.google.com/iam/docs/creating-custom-roles */
const TAKEN_MS = 37 * DAY_MS;

/** The custom roles of one project. */
export class CustomRoles {
  readonly #roles: KeptMap<KeptRole>;
  readonly #project: string;
  readonly #clock: Clock;
  #changes = 0;

  constructor(project: string, clock: Clock, store: Store) {
    this.#roles = store.map("customRoles");
    this.#project = project;
    this.#clock = clock;
  }

  create(roleId: string, content: RoleContent): CustomRole {
    if (!ROLE_ID.test(roleId)) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `The role_id (${roleId}) must be 3 to 64 letters, digits, '_' and '.'.`,
      );
    }
    const name = `projects/${this.#project}/roles/${roleId}`;
    const found = this.#find(name);
    if (found && found.deletedAt === undefined) {
      throw new GoogleError(
        "ALREADY_EXISTS",
        `A role named ${roleId} in projects/${this.#project} already exists.`,
      );
    }
    if (found) {
      throw new GoogleError(
        "FAILED_PRECONDITION",
        this.#isPast(found, UNDELETE_MS)
          ? `You can't create a role_id (${roleId}) which has been marked for deletion.`
          : `You can't create a role with role_id (${roleId}) where there is an existing role with that role_id in a deleted state.`,
      );
    }
    return this.#keep({ role: { name, ...checked(content), etag: this.#etag() } });
  }

  /** A role, deleted ones among them for as long as they can be had back. Throws NOT_FOUND where there is none. */
  get(name: string): CustomRole {
    const found = this.#find(name);
    if (found && !this.#isPast(found, UNDELETE_MS)) return found.role;
    const roleId = name.slice(name.lastIndexOf("/") + 1);
    throw new GoogleError(
      "NOT_FOUND",
      `The role named ${roleId} in projects/${this.#project} was not found.`,
    );
  }

  list(): CustomRole[] {
    return [...this.#roles.values()]
      .filter((kept) => !this.#isPast(kept, UNDELETE_MS))
      .map(({ role }) => role)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  change(name: string, content: RoleContent): CustomRole {
    const role = this.get(name);
    if (role.deleted) throw deletedAlready(name);
    return this.#keep({ role: { ...role, ...checked(content), etag: this.#etag() } });
  }

  delete(name: string): CustomRole {
    const role = this.get(name);
    if (role.deleted) throw deletedAlready(name);
    return this.#keep({
      role: { ...role, deleted: true, etag: this.#etag() },
      deletedAt: this.#clock.now(),
    });
  }

  undelete(name: string): CustomRole {
    const { deleted, ...role } = this.get(name);
    if (!deleted) {
      throw new GoogleError("FAILED_PRECONDITION", `The role named ${name} is not deleted.`);
    }
    return this.#keep({ role: { ...role, etag: this.#etag() } });
  }

  /** What a role allows; of a deleted one nothing, and `undefined` where there is none. */
  permissionsOf(name: string): ReadonlySet<string> | undefined {
    const found = this.#find(name);
    if (!found) return undefined;
    return new Set(found.role.deleted ? [] : found.role.includedPermissions);
  }

  #find(name: string): KeptRole | undefined {
    const found = this.#roles.get(name);
    return found && !this.#isPast(found, TAKEN_MS) ? found : undefined;
  }

  #isPast({ deletedAt }: KeptRole, lifeMs: number): boolean {
    return deletedAt !== undefined && this.#clock.now() >= deletedAt + lifeMs;
  }

  #keep(kept: KeptRole): CustomRole {
    this.#roles.set(kept.role.name, kept);
    return kept.role;
  }

  #etag(): string {
    this.#changes += 1;
    return Buffer.from(`role ${this.#clock.now()} ${this.#changes}`).toString("base64");
  }
}

const ROLE_ID = /^[A-Za-z0-9_.]{3,64}$/;
const PERMISSION = /^[a-z][a-zA-Z0-9-]*\.[a-zA-Z0-9]+\.[a-zA-Z0-9]+$/;

/** Which permissions there are is not known here, but what one looks like is. */
function checked(content: RoleContent): RoleContent {
  const wrong = content.includedPermissions?.find((one) => !PERMISSION.test(one));
  if (wrong === undefined) return content;
  throw new GoogleError("INVALID_ARGUMENT", `Permission ${wrong} is not valid.`);
}

function deletedAlready(name: string): Error {
  return new GoogleError("FAILED_PRECONDITION", `The role named ${name} is deleted.`);
}
