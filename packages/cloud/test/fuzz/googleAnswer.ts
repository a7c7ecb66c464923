import type { FuzzReply } from "./fuzzCloud.ts";

/** The canonical codes by which Google's APIs refuse, with their HTTP status. https://google.aip.dev/193 */
const STATUS: Readonly<Record<string, number>> = {
  CANCELLED: 499,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
};

/** A refusal may show what it refuses, and not much more. */
const MAX_REFUSAL = 2 ** 20;

/** What is wrong with an answer of a Google API, an own failure among it; `undefined` for a good one. */
export function answerProblem({ status, text }: FuzzReply): string | undefined {
  const problem = formProblem(status, text);
  return problem === undefined ? undefined : `${problem}: ${status} ${text.slice(0, 400)}`;
}

function formProblem(status: number, text: string): string | undefined {
  if (status !== 200 && text.length > MAX_REFUSAL)
    return `The answer has ${text.length} characters`;
  if (/\bat \S+ \(?\S+\.[tj]s:\d+/.test(text)) return "The answer holds a stack";
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return "The answer is not JSON";
  }
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    return "The answer is no object";
  }
  if (status === 200) return undefined;
  const { error, ...others } = answer as { error?: Record<string, unknown> };
  if (error === undefined || Object.keys(others).length > 0) return "The answer is not an error";
  const { code, message, status: name, details = [], ...more } = error;
  if (code !== status) return "The error has another code";
  if (typeof name !== "string" || STATUS[name] !== status) return "The status is not canonical";
  if (typeof message !== "string" || message === "") return "The error has no message";
  if (!Array.isArray(details)) return "The details are no list";
  return Object.keys(more).length > 0 ? "The error has unknown fields" : undefined;
}
