import { cloudRunService } from "../cloudRun.ts";
import { SERVICE, SERVICE_V1, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, items, text } from "../values.ts";

export const secretsByReference: ResourceRule = {
  kind: "resource",
  name: "secrets-by-reference",
  severity: "mandatory",
  description:
    "A secret reaches a service as a reference to Secret Manager: no plain environment variable has the name or " +
    "the look of one.",
  types: [SERVICE, SERVICE_V1],
  check(resource) {
    const envs = (cloudRunService(resource)?.containers ?? []).flatMap((container) =>
      items(at(container, "envs")),
    );
    return envs.flatMap((env) => {
      const name = text(at(env, "name")) ?? "";
      const value = text(at(env, "value"));
      const reason = value === undefined ? undefined : lookOf(name, value);
      if (reason === undefined) return [];
      // The value is not shown: it may be what it looks like.
      return [
        `${titleOf(resource)} has the environment variable '${name}' in plain text, and ${reason}; keep it in ` +
          "Secret Manager and refer to it.",
      ];
    });
  },
};

function lookOf(name: string, value: string): string | undefined {
  if (SECRET_NAME.test(name)) return "its name is a secret's";
  return SECRET_VALUES.find(({ form }) => form.test(value))?.reason;
}

const SECRET_NAME =
  /(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)(?:_|$)/i;

const SECRET_VALUES = [
  {
    form: /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
    reason: "its value is an address with a password",
  },
  { form: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, reason: "its value is a private key" },
  { form: /"private_key"\s*:/, reason: "its value is the key of a service account" },
  { form: /^AIza[\w-]{35}$/, reason: "its value is a Google API key" },
  { form: /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/, reason: "its value is a token" },
  {
    form: /^(?:gh[pousr]_|github_pat_|glpat-|sk_live_|xox[abprs]-|AKIA|GOCSPX-|ya29\.)[\w./+-]{12,}$/,
    reason: "its value has the form of a service's token",
  },
];
