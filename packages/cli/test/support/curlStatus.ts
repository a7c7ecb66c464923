import { execFile } from "node:child_process";
import { resolve } from "node:path";

/** The status that a shell in a folder gets for a line with curl, as `npm start` prints it. */
export function curlStatus(directory: string, line: string): Promise<string> {
  // npm is not in a copy of the project: what its script runs is.
  const token = `${process.execPath} ${resolve("withNode.mjs")} packages/cli/main.ts token`;
  const silent = line.replace("npm run --silent token --", token).replace(" -i ", " ");
  return new Promise((done, fail) => {
    execFile(
      "sh",
      ["-c", `${silent} -s -o /dev/null -w '%{http_code}'`],
      { cwd: directory },
      (error, stdout) => {
        if (error) fail(new Error(error.message));
        else done(stdout);
      },
    );
  });
}
