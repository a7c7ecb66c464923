import { JOB, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, text } from "../values.ts";

export const jobTargetHttps: ResourceRule = {
  kind: "resource",
  name: "job-target-https",
  severity: "mandatory",
  description:
    "A Scheduler job calls by HTTPS, as its token could be read on the way, and its address holds no password.",
  types: [JOB],
  check(job) {
    const uri = text(at(job.properties, "httpTarget", "uri"));
    if (uri === undefined) return [];
    const url = URL.parse(uri);
    if (url?.protocol !== "https:") {
      // What stands before the host is not shown: it may be a password.
      const shown = uri.replace(/\/\/.*@/, "//…@");
      return [`${titleOf(job)} has 'httpTarget.uri' '${shown}'; make it an 'https://' address.`];
    }
    if (url.username === "" && url.password === "") return [];
    return [
      `${titleOf(job)} has a user or a password in 'httpTarget.uri'; remove it. A job identifies itself by its token.`,
    ];
  },
};
