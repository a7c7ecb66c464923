import { execFile } from "node:child_process";
import { LOGIN_ADVICE, NO_LOGIN } from "../stack/backendAdvice.ts";
import { EngineError } from "./engineFailure.ts";

/**
 * Rejects with `EngineError` as soon as the Pulumi CLI says that nobody is logged in to the backend that keeps the state.
 * Resolves never: whatever else is wrong, the command itself says better.
 */
export function missingLogin(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // Without a question to anybody: a job has nobody who could answer.
    execFile("pulumi", ["whoami", "--non-interactive"], { signal }, (error, _stdout, stderr) => {
      if (error && NO_LOGIN.test(stderr)) reject(new EngineError(LOGIN_ADVICE));
    });
  });
}
