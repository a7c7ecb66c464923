import { cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { isMissing, texts } from "../values.ts";

export const noDefaultServiceAccount: ResourceRule = {
  kind: "resource",
  name: "no-default-service-account",
  severity: "mandatory",
  description:
    "Nothing runs as, or is granted to, an account that Google made with the project: these may have the " +
    "role Editor.",
  check(resource) {
    if (!resource.type.startsWith("gcp:")) return [];
    const named = texts(resource.properties).flatMap(({ path, value }) => {
      const account = DEFAULT_ACCOUNT.exec(value)?.[0];
      if (account === undefined) return [];
      return [
        `${titleOf(resource)} names the default account '${account}' in '${path.join(".")}'; make an account ` +
          "for this purpose.",
      ];
    });
    const { path, value } = cloudRunService(resource)?.serviceAccount ?? {};
    if (path === undefined || !isMissing(value)) return named;
    return [
      ...named,
      `${titleOf(resource)} has no '${path}' and runs as the project's default account; make one for it.`,
    ];
  },
};

/** Of Compute Engine, App Engine and Cloud Build. */
const DEFAULT_ACCOUNT =
  /\d+-compute@developer\.gserviceaccount\.com|[a-z][a-z0-9.:-]*@appspot\.gserviceaccount\.com|\d+@cloudbuild\.gserviceaccount\.com/;
