import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { z } from "zod";
import type { Contract } from "../../../tasks/contract/contract.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { LOCAL_STACKS } from "../stack/pulumiOutputs.ts";
import {
  readSettingsFile,
  readStackConfig,
  tasksEndpoint,
  type StackFileConfig,
} from "@background-tasks/program/stack/stackConfig.ts";
import { stacksIn, unknownStack } from "@background-tasks/program/stack/stackFiles.ts";
import { withStandIns } from "@background-tasks/program/stack/standIns.ts";
import { EngineError } from "./engineFailure.ts";

/**
 * The folder, ignored by Git, of the stacks on the local cloud: their settings and their state. Nothing in them
 * is a secret to anyone who can read it.
 */
const { folder: FOLDER, passphrase: PASSPHRASE } = LOCAL_STACKS;

/** What the engine looks for on the PATH where no language host is beside the CLI. */
const PLUGINS = fileURLToPath(new URL("plugins", import.meta.url));

/** Where the engine keeps a stack on the local cloud. */
export interface LocalWorkspace {
  /** The Pulumi project's name. */
  readonly projectName: string;
  /** The provider's settings. */
  readonly project: string;
  readonly region: string;
  /** The settings that the engine is given. */
  readonly file: StackFileConfig;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes the engine's own folder for stacks on the local cloud, so that the files of the real ones stay as they
 * are, but for the address of the local cloud. What a stack's file keeps encrypted or leaves to its owner is taken from Pulumi.local.yaml.
 */
export async function openLocalWorkspace(
  stack: string,
  debugProviders: string,
  endpoint: string,
): Promise<LocalWorkspace> {
  const directory = resolve(FOLDER);
  mkdirSync(directory, { recursive: true });
  copyFileSync("Pulumi.yaml", join(directory, "Pulumi.yaml"));
  const file = join(directory, `Pulumi.${stack}.yaml`);
  const { settings } = await loadContract();
  const content = {
    ...encryptionOf(file),
    config: { ...localConfig(stack, settings), ...tasksEndpoint(endpoint) },
  };
  // What is text stays text: the CLI would read '1_000' as a number.
  writeFileSync(
    file,
    stringify(content, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }),
  );
  const given = readStackConfig("Pulumi.yaml", file);
  const { project: projectName, config } = given;
  return {
    projectName,
    file: given,
    project: config["gcp:project"] ?? "",
    region: config["gcp:region"] ?? "",
    directory,
    environment: {
      PATH: `${process.env["PATH"] ?? ""}${delimiter}${PLUGINS}`,
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_DEBUG_PROVIDERS: debugProviders,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  };
}

/** The file of a stack's settings. Throws where there is none. */
export function stackFile(stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  if (existsSync(file)) return file;
  throw new EngineError(
    `${unknownStack(stack, stacksIn("."))} For another, make its file and run 'pulumi stack init ${stack}'.`,
  );
}

/** What the engine wrote there: without it, the secrets in the state cannot be read. */
function encryptionOf(file: string): object {
  if (!existsSync(file)) return {};
  const { encryptionsalt } = readSettingsFile(file);
  return encryptionsalt === undefined ? {} : { encryptionsalt };
}

/**
 * The settings of a stack as it is on the local cloud: its own, but where its file keeps them encrypted or
 * leaves them out, those of Pulumi.local.yaml, and else what `npm start` brings, or examples.
 */
function localConfig(stack: string, settings: Contract["settings"]): Record<string, unknown> {
  const own = readStackConfig("Pulumi.yaml", stackFile(stack));
  const local = readStackConfig("Pulumi.yaml", "Pulumi.local.yaml");
  const key = `${own.project}:settings`;
  const lent = Object.entries(local.config).filter(
    ([name]) => name !== key && (name in own.secure || own.config[name] === ""),
  );
  const given = Object.entries(own.config).filter(
    ([name]) => !name.startsWith("gcp:") || name === "gcp:region",
  );
  const merged = { ...objectOf(local.config[key]), ...objectOf(own.config[key]) };
  const config = {
    "gcp:region": local.config["gcp:region"] ?? "",
    ...Object.fromEntries(given),
    ...Object.fromEntries(lent),
    // The only project that there is.
    "gcp:project": local.config["gcp:project"] ?? "",
    [key]: JSON.stringify(merged),
  };
  const completed = withStandIns({ ...own, config }, settings, ({ local: service, example }) =>
    service === "mail" ? LOCAL_MAIL : example,
  );
  return Object.fromEntries(
    Object.entries(completed.config).map(([name, text]) => [name, valueOf(text)]),
  );
}

/** The mail server of `npm start`, unless it was told another port. */
const LOCAL_MAIL = "smtp://127.0.0.1:8126";

/** Lists and objects are JSON in what was read, and stand in the file as themselves. */
function valueOf(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}

function objectOf(json = "{}"): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).catch({}).parse(valueOf(json));
}
