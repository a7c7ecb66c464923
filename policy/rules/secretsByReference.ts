import { CLOUD_RUN_TYPES, cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, items, text } from "../values.ts";

export const secretsByReference: ResourceRule = {
  kind: "resource",
  name: "secrets-by-reference",
  severity: "mandatory",
  description:
    "A secret reaches a service as a reference to Secret Manager: no plain environment variable has the name or " +
    "the look of one, and no argument.",
  types: CLOUD_RUN_TYPES,
  check(resource) {
    return (cloudRunService(resource)?.containers ?? [])
      .flatMap((container) => [...plainVariables(container), ...plainArguments(container)])
      .map(
        // The value is not shown: it may be what it looks like.
        ({ what, reason }) =>
          `${titleOf(resource)} has ${what} in plain text, and ${reason}; keep it in Secret Manager and refer to it.`,
      );
  },
};

interface Suspect {
  readonly what: string;
  readonly reason: string;
}

function plainVariables(container: unknown): Suspect[] {
  return items(at(container, "envs")).flatMap((env) => {
    const name = text(at(env, "name")) ?? "";
    const value = text(at(env, "value"));
    const reason = value === undefined ? undefined : lookOf(name, value);
    return reason === undefined ? [] : [{ what: `the environment variable '${name}'`, reason }];
  });
}

/** `--password=…`, and `--password` with the value behind it. */
function plainArguments(container: unknown): Suspect[] {
  return ["commands", "command", "args"].flatMap((key) => {
    const given = items(at(container, key)).map(text);
    return given.flatMap((argument = "", i) => {
      const [, flag = "", value = given[i + 1] ?? ""] = FLAG.exec(argument) ?? [];
      const isFlag = flag !== "" && value !== "" && SECRET_NAME.test(flag.replaceAll("-", "_"));
      const reason = isFlag ? "its name is a secret's" : lookOf("", argument);
      return reason === undefined ? [] : [{ what: `the ${i + 1}. of '${key}'`, reason }];
    });
  });
}

const FLAG = /^--?([a-z][\w-]*)(?:=(.*))?$/i;

function lookOf(name: string, value: string): string | undefined {
  if (SECRET_NAME.test(name)) return "its name is a secret's";
  return SECRET_VALUES.find(({ form }) => form.test(value))?.reason;
}

const SECRET_NAME =
  /(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|(?:API|PRIVATE|ACCESS|SIGNING|ENCRYPTION)_?KEY)(?:_|$)/i;

const SECRET_VALUES = [
  {
    form: /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
    reason: "its value is an address with a password",
  },
  {
    form: /(?:^|[\s;,?&"'])(?:password|passwd|passphrase|pwd|pass|secret|token|api_?key)=[^\s;&]/i,
    reason: "its value holds a password or a token",
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
