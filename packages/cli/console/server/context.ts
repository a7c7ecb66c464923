import type { Mail } from "@background-tasks/cloud/network/smtpSink.ts";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import type { Audit } from "../../operate/audit.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import type { RunSurroundings } from "../../operate/redrive/runs.ts";
import type { HeldPauses } from "./heldPauses.ts";

/** What the calls of a console work with. */
export interface ConsoleContext {
  readonly connect: () => Promise<OperatorCalls>;
  readonly contract: () => Promise<Contract>;
  /** The environment of a producer of the stack. */
  readonly clientEnvironment: () => Promise<Record<string, string>>;
  readonly now: () => number;
  /** Whether anything may be changed. */
  readonly allowChanges: boolean;
  /** Whether sensitive fields may be shown, too. */
  readonly reveal: boolean;
  /** Whether the stack is on a local cloud, whoever serves the page: there all payloads may be read. */
  readonly isOnLocalCloud: boolean;
  /** The options that name the stack to a command: ` --stack prod`. */
  readonly flags: string;
  readonly redrive: Omit<RunSurroundings, "isStopped">;
  readonly pauses: HeldPauses;
  /** How far what is under way is, in words, by what the page calls it. */
  readonly progress: Map<string, string>;
  /** Writes into the stack's log what somebody is about to do, where that was asked for. */
  readonly audit: Audit;
  /** Tells whoever started it, at his terminal. */
  readonly say: (text: string) => void;
  /** Writes down what somebody did. */
  readonly journal: (deed: Deed) => Promise<void>;
  /** Makes a folder that only the user may read. */
  readonly makeFolder: (folder: string) => Promise<void>;
  /** What there is of a local cloud whose `npm start` serves the page; `undefined` elsewhere. */
  readonly local: LocalContext | undefined;
}

/** What somebody did by the page. */
export interface Deed {
  /** The call's name. */
  readonly call: string;
  /** What it was done to: keys, ids, selectors. No payload. */
  readonly to: unknown;
  readonly exitCode?: number;
}

export interface LocalContext {
  /** The frames of a stack of the worker's, in the files of the project. */
  readonly framesOf: (stack: string) => readonly string[];
  /** The cloud's address. */
  readonly endpoint: string;
  /** The mails that its mail server took, the latest last. */
  readonly mails: () => readonly ReceivedMail[];
}

export interface ReceivedMail extends Mail {
  /** When it came, in milliseconds. */
  readonly time: number;
}
