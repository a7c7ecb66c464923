import { createHash } from "node:crypto";
import type { DeadLetterReason } from "./deadLetter.ts";

/*
 * The cause of a dead letter: one short word for all that ended in the same way, so that a list, a line of
 * the log and an alert speak of the same. The worker computes it once and writes it down.
 */

/** What a cause is made of. */
export interface Ended {
  /** `undefined` where the task's request named none. */
  readonly task: string | undefined;
  readonly reason: DeadLetterReason;
  /** The error, as it is told. */
  readonly error: string;
  /** What the handler itself calls such failures, as `PermanentError` takes it. */
  readonly group?: string | undefined;
}

/**
 * The cause of a dead letter: the name that its handler gave, or eight hexadecimal digits that are the same
 * for errors of one task which differ in their particulars only. 1 to 64 of `[A-Za-z0-9._-]`.
 */
export function causeOf({ task = "", reason, error, group = "" }: Ended): string {
  if (isCause(group)) return group;
  const what = group === "" ? normalise(error) : group.slice(0, MAX_READ);
  const hash = createHash("sha256").update(JSON.stringify([task, reason, what]));
  return hash.digest("hex").slice(0, 8);
}

/** Whether a text can be a cause. */
export function isCause(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** Characters of an error that are looked at, so that a text of 20 MB costs no more than a short one. */
const MAX_READ = 2000;
/** Characters of what is left that count: an error told in a header may be cut after these. */
const MAX_KEPT = 200;

/**
 * The first line of an error without its particulars: `connect ECONNREFUSED 10.0.0.4:587` is
 * `connect ECONNREFUSED <ip>:<n>`. A host is data, as an address is: a task may call many. At most 200 characters.
 */
export function normalise(error: string): string {
  const [line = ""] = error
    .slice(0, MAX_READ)
    .trimStart()
    .split(/[\r\n]/, 1);
  return PARTICULARS.reduce((text, [pattern, word]) => text.replace(pattern, word), line)
    .replace(NUMBERS, firstStatus())
    .trimEnd()
    .slice(0, MAX_KEPT);
}

/** What stands for what `NUMBERS` finds. */
function firstStatus(): (found: string, number?: string) => string {
  let isFirst = true;
  return (found, number) => {
    if (number !== undefined) return "<n>";
    if (/^E\d/.test(found)) return found;
    if (/^e\d/.test(found)) return "e<n>";
    if (!isFirst) return found.replace(/\b\d{3}\b/, "<n>").replace(/\d{3}$/, "<n>");
    isFirst = false;
    return found;
  };
}

/** Codes of Node's errors behind which it names a host. */
const NET_CODE =
  "ENOTFOUND|ENODATA|ESERVFAIL|EAI_[A-Z]{2,12}|ECONN[A-Z]{3,8}|EHOST[A-Z]{4,8}|ENET[A-Z]{4,8}|ETIMED?OUT";

/** A host's name that has a dot, or a port behind it: others cannot be told from words. */
const HOST = String.raw`(?:(?:[\w-]{1,63}\.){1,10}[a-z][\w-]{1,62}|[a-z][\w-]{0,62}(?=:\d))`;

/*
 * Each repeats what is bounded, or what ends at the first character that is not of it, so that the worst of
 * texts takes milliseconds.
 */
const PARTICULARS: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/(?<![a-z0-9])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"`<>()[\]{},;]+/gi, "<url>"],
  [/[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,10}/gi, "<email>"],
  [
    /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/gi,
    "<id>",
  ],
  [
    /(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)/g,
    "<time>",
  ],
  [/(?<![\d.])(?:::ffff:)?(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/gi, "<ip>"],
  // Behind its codes, Node writes an IPv6 address and its port without brackets.
  [
    new RegExp(
      String.raw`\b(${NET_CODE}|EADDR[A-Z]{5,8}|EACCES|EPERM)( )(?=[0-9a-f]{0,4}:[0-9a-f:]{0,40}:)[0-9a-f:]{2,45}(?:%\w{1,20})?:\d{1,5}(?![\w:])`,
      "g",
    ),
    "$1$2<ip>:<n>",
  ],
  // IPv6 has '::' or seven colons, which a time of day has not.
  [
    /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?:%\w{1,20})?(?![\w:])/gi,
    "<ip>",
  ],
  [
    /\b(getaddrinfo|getHostByAddr|query[A-Z]\w{0,9})( E[A-Z_]{2,20} )[^\s'"`<>()[\]{},;:]+/g,
    "$1$2<host>",
  ],
  [new RegExp(String.raw`\b(${NET_CODE})( )${HOST}`, "g"), "$1$2<host>"],
  [
    new RegExp(String.raw`\b(host(?:name)?|dns|address(?:es)?)(: ?)(?:\*\.)?${HOST}`, "gi"),
    "$1$2<host>",
  ],
  // Quotes, also one that is not closed since the text was cut; no apostrophes, which stand inside a word.
  [/(?<!\w)'(?:[^']|'(?=\w))*(?:'|$)/g, "'<text>'"],
  [/"[^"]*(?:"|$)/g, "'<text>'"],
  [/`[^`]*(?:`|$)/g, "'<text>'"],
  [/(?<![0-9a-z])(?:0x)?[0-9a-f]{8,}(?![0-9a-z])/gi, "<id>"],
];

/** Words behind which three digits are a status whatever follows: `status 503`, `HTTP/1.1 503`, `statusCode=503`. */
const STATUS = String.raw`\b(?:status(?:[ _]?code)?|code|https?(?:\/\d(?:\.\d)?)?|smtp|error)(?: is| was| of)?[ :=]{1,3}`;

/** What says an answer may say a count as well: of these, a status ends the clause. */
const ANSWER = String.raw`\b(?:answer(?:s|ed)?|respon(?:ds|ded|se)|repl(?:y|ies|ied)|return(?:s|ed)|got|received|failed)(?: with)?(?: an?)?[ :]{1,2}`;
const CLAUSE_END = String.raw`(?=[.,;:!?)\]]*(?:$| (?:for|from|to|on|at|after|when|while|in|instead|but)\b)|[,;:!?)\]])`;

/**
 * A status with its name, wherever it stands: `503 Service Unavailable`. Node's own list is in `node:http`, which a
 * worker's start does without.
 */
const NAMED = [
  "400 Bad Request|401 Unauthorized|402 Payment Required|403 Forbidden|404 Not Found|405 Method Not Allowed",
  "406 Not Acceptable|407 Proxy Authentication Required|408 Request Timeout|409 Conflict|410 Gone|411 Length Required",
  "412 Precondition Failed|413 Payload Too Large|413 Content Too Large|414 URI Too Long|415 Unsupported Media Type",
  "416 Range Not Satisfiable|417 Expectation Failed|421 Misdirected Request|422 Unprocessable (?:Entity|Content)",
  "423 Locked|424 Failed Dependency|425 Too Early|426 Upgrade Required|428 Precondition Required|429 Too Many Requests",
  "431 Request Header Fields Too Large|451 Unavailable For Legal Reasons|500 Internal Server Error",
  "501 Not Implemented|502 Bad Gateway|503 Service Unavailable|504 Gateway Timeout|505 HTTP Version Not Supported",
  "507 Insufficient Storage|508 Loop Detected|511 Network Authentication Required",
].join("|");

/**
 * Numbers, behind what is kept of them: a status of HTTP or SMTP, at the beginning or where what stands around it
 * says so, and codes of up to five digits, like `E11000`: what has more is an id. The first status is kept alone, and
 * makes at most 500 causes of one: an error that tells of eight tries, each with its own, would make more than Google
 * keeps series of a metric.
 */
const NUMBERS = new RegExp(
  String.raw`^\d{3}(?!\w)|${STATUS}[1-5]\d\d(?![\w]|[.,]\d)|${ANSWER}[1-5]\d\d${CLAUSE_END}|` +
    String.raw`(?<![\d.,])\b(?:${NAMED})\b|\bE\d{1,5}\b|(\d+(?:[.,]\d+)*)`,
  "gi",
);
