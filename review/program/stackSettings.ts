import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { readStackConfig } from "../../local/deploy/stackConfig.ts";

/** A stack's settings as its files have them. What these keep from a reader has a stand-in. */
export interface StackSettings {
  readonly stack: string;
  /** The Pulumi project's name. */
  readonly project: string;
  readonly config: Readonly<Record<string, string>>;
}

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** The stacks that a checkout has a file of, without the one for a laptop. */
export function deployedStacks(checkout: string): string[] {
  return readdirSync(checkout)
    .flatMap((file) => STACK_FILE.exec(file)?.[1] ?? [])
    .filter((stack) => stack !== "local")
    .sort();
}

/** Reads a stack's settings; `undefined` where the checkout has no such stack. */
export function readStackSettings(checkout: string, stack: string): StackSettings | undefined {
  const file = join(checkout, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const { project, config } = readStackConfig(join(checkout, "Pulumi.yaml"), file);

  const hidden = Object.entries(ciphertexts(file)).map(([key, secure]): [string, string] => {
    const fullKey = key.includes(":") ? key : `${project}:${key}`;
    return [fullKey, standInFor(fullKey, fingerprint(secure))];
  });
  const unset = REQUIRED.map((key): [string, string] => [
    key.includes(":") ? key : `${project}:${key}`,
    standInFor(key, `not-set-${stack}`),
  ]).filter(([key]) => (config[key] ?? "") === "");
  return {
    stack,
    project,
    config: { ...config, ...Object.fromEntries([...unset, ...hidden]) },
  };
}

/** What the program requires and a stack's file need not tell everybody. */
const REQUIRED = ["gcp:project", "mailFrom", "smtpUrl"];

/** A value of the form that the setting has to have. */
function standInFor(key: string, label: string): string {
  if (key.endsWith("smtpUrl")) return `smtp://${label}.invalid`;
  if (key.endsWith("mailFrom")) return `tasks@${label}.invalid`;
  return label;
}

const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });
const encrypted = z.object({ secure: z.string() });

/** Secrets as they are encrypted: without their key, all that can be said is whether they changed. */
function ciphertexts(file: string): Record<string, string> {
  const { config } = stackFile.parse(parse(readFileSync(file, "utf8")));
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      const { data } = encrypted.safeParse(value);
      return data ? [[key, data.secure]] : [];
    }),
  );
}

/** A short text that differs where the texts do. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
