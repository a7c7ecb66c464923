import { randomBytes } from "node:crypto";
import { GoogleError } from "../api/googleError.ts";
import type { KeptMap, Store } from "../data/store.ts";

/** A service account of the project, as Google's API has it. */
export interface ServiceAccount {
  readonly name: string;
  readonly projectId: string;
  /** 21 digits. An account made again under the same e-mail address has another. */
  readonly uniqueId: string;
  readonly email: string;
  readonly oauth2ClientId: string;
  readonly etag: string;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly disabled?: boolean;
}

/** What may be set of an account. */
export type Description = Pick<ServiceAccount, "displayName" | "description">;

/** The service accounts of one project, its default account and its service agents among them. */
export class ServiceAccounts {
  readonly #project: string;
  readonly #accounts: KeptMap<ServiceAccount>;
  readonly #agents: KeptMap<true>;

  constructor(project: string, projectNumber: string, store: Store) {
    this.#project = project;
    this.#accounts = store.map("serviceAccounts");
    this.#agents = store.map("serviceAgents");
    // What Cloud Run runs a service as that names no account.
    const byDefault = `${projectNumber}-compute@developer.gserviceaccount.com`;
    if (this.#accounts.has(byDefault)) return;
    this.#add(byDefault, { displayName: "Compute Engine default service account" });
  }

  create(accountId: string, description: Description): ServiceAccount {
    if (accountId.length < 6 || accountId.length > 30) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `The account ID "${accountId}" does not have a length between 6 and 30.`,
      );
    }
    if (!ACCOUNT_ID.test(accountId)) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `The account ID "${accountId}" must begin with a lower-case letter, hold only lower-case letters, digits and hyphens, and not end with a hyphen.`,
      );
    }
    const email = `${accountId}@${this.#project}.iam.gserviceaccount.com`;
    if (this.#accounts.has(email)) {
      throw new GoogleError(
        "ALREADY_EXISTS",
        `Service account ${accountId} already exists within project projects/${this.#project}.`,
      );
    }
    return this.#add(email, description);
  }

  /** Makes a service agent, which Google does when an API is first used. */
  createAgent(email: string): void {
    this.#agents.set(email, true);
  }

  find(emailOrId: string): ServiceAccount | undefined {
    const found = this.#accounts.get(emailOrId);
    if (found || emailOrId.includes("@")) return found;
    return this.list().find((account) => account.uniqueId === emailOrId);
  }

  /** Throws NOT_FOUND where there is none. */
  get(emailOrId: string): ServiceAccount {
    const account = this.find(emailOrId);
    if (account) return account;
    throw new GoogleError("NOT_FOUND", `Service account ${emailOrId} does not exist.`);
  }

  list(): ServiceAccount[] {
    return [...this.#accounts.values()];
  }

  change(account: ServiceAccount, change: Description & { disabled?: boolean }): ServiceAccount {
    const changed = { ...account, ...change };
    this.#accounts.set(account.email, changed);
    return changed;
  }

  delete(account: ServiceAccount): void {
    this.#accounts.delete(account.email);
  }

  /** Whether an e-mail address is that of an account, or may be: another project's are not known here. */
  mayExist(email: string): boolean {
    if (this.#agents.has(email)) return true;
    return this.#accounts.has(email) || (this.isElsewhere(email) && !SERVICE_AGENT.test(email));
  }

  /** Whether an e-mail address is no account of this project: another project's, Google's, or a person's. */
  isElsewhere(email: string): boolean {
    const own = `@${this.#project}.iam.gserviceaccount.com`;
    return email.includes("@") && !email.endsWith(own) && !this.#accounts.has(email);
  }

  #add(email: string, description: Description): ServiceAccount {
    const uniqueId = newUniqueId();
    const account = {
      name: `projects/${this.#project}/serviceAccounts/${email}`,
      projectId: this.#project,
      uniqueId,
      email,
      oauth2ClientId: uniqueId,
      etag: "MDEwMjE5MjA=",
      ...description,
    };
    this.#accounts.set(email, account);
    return account;
  }
}

const ACCOUNT_ID = /^[a-z](?:[a-z0-9-]*[a-z0-9])$/;

/** The accounts with which Google's own services act. */
const SERVICE_AGENT = /@(?:gcp-sa-[a-z0-9-]+|serverless-robot-prod)\.iam\.gserviceaccount\.com$/;

function newUniqueId(): string {
  const digits = BigInt(`0x${randomBytes(16).toString("hex")}`) % 10n ** 20n;
  return `1${String(digits).padStart(20, "0")}`;
}
