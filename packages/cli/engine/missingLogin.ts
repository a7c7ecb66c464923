import { execFile } from "node:child_process";
import { EngineError } from "./engineFailure.ts";

/**
 * Rejects with `EngineError` as soon as the Pulumi CLI says that nobody is logged in to the backend that keeps the state.
 * Resolves never: whatever else is wrong, the command itself says better.
 */
export function missingLogin(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // Without a question to anybody: a job has nobody who could answer.
    execFile("pulumi", ["whoami", "--non-interactive"], { signal }, (error, _stdout, stderr) => {
      if (error && NO_LOGIN.test(stderr)) reject(new EngineError(ADVICE));
    });
  });
}

const NO_LOGIN = /PULUMI_ACCESS_TOKEN must be set|not logged in/i;

const ADVICE =
  "Nobody is logged in to the backend that keeps the state. Run 'pulumi login <backend>', such as " +
  "'pulumi login gs://my-bucket'; where nobody can, as in a job, set PULUMI_BACKEND_URL, or PULUMI_ACCESS_TOKEN for " +
  "Pulumi Cloud.";
