import "../declare/lateModules.ts";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { withoutEndpoints } from "../stack/stackConfig.ts";
import { withStandIns } from "../stack/standIns.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { settingSecretName } from "../../../tasks/contract/setting.ts";
import type { Declared, DeclaredResource } from "./declared.ts";
import type { DeclareRequest } from "./declaredResources.ts";
import { withContextDigest } from "./imageContext.ts";
import { madeByGoogle } from "./madeByGoogle.ts";
import { maskSecrets, revealSecrets } from "./secrets.ts";
import { fingerprint } from "./stackSettings.ts";

// The process that evaluates a program once: its parent (declaredResources.ts) sends the stack's settings
// and is told what the program asks for. The program is the working directory's.

type Properties = Readonly<Record<string, unknown>>;
type Options = DeclaredResource["options"];

async function declare(request: DeclareRequest): Promise<Declared> {
  const { stack, project } = request;
  const { settings } = await loadContract();
  const completed = withStandIns(request, settings, ({ example }) => example);
  const config = { "gcp:project": `not-set-${stack}`, ...notEmpty(completed.config) };
  const encrypted = ciphertextsBySecret(request, Object.keys(settings));
  const resources: DeclaredResource[] = [];
  const options = new Map<string, Options>();
  const gcpProject = config["gcp:project"];

  pulumi.runtime.setAllConfig(withoutEndpoints(config));
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        if (custom !== true) return { id: undefined, state: {} };
        const masked = maskSecrets(inputs) as Properties;
        const shown = await complete(type, { ...masked, ...shownSecret(type, name, encrypted) });
        const made = madeByGoogle(type, shown, gcpProject);
        const noted = options.get(`${type} ${name}`) ?? { protect: false, retainOnDelete: false };
        resources.push({ type, name, inputs: shown, made, options: noted });
        const state = { ...(revealSecrets(inputs) as Properties), ...made };
        return { id: `${name}-id`, state };
      },
      // The one function that the program calls gives it a token for the registry.
      call: () => ({ accessToken: "token" }),
    },
    project,
    stack,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const { protect = false, retainOnDelete = false } = opts as pulumi.CustomResourceOptions;
      options.set(`${type} ${name}`, { protect, retainOnDelete });
      return undefined;
    });
    await import(pathToFileURL(resolve("infra/index.ts")).href);
  });
  await pulumi.runtime.disconnect();
  return { resources };
}

function notEmpty(config: DeclareRequest["config"]): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ""));
}

/** The settings that the stack's file has encrypted, by the names of their secrets. */
function ciphertextsBySecret(
  { project, secure }: DeclareRequest,
  settings: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    settings.flatMap((name): [string, string][] => {
      const ciphertext = secure[`${project}:settings.${name}`];
      return ciphertext === undefined ? [] : [[settingSecretName(name), ciphertext]];
    }),
  );
}

/** Of what is encrypted, all that can be said without its key is whether it changed. */
function shownSecret(
  type: string,
  name: string,
  encrypted: ReadonlyMap<string, string>,
): Properties {
  const ciphertext =
    type === "gcp:secretmanager/secretVersion:SecretVersion" ? encrypted.get(name) : undefined;
  return ciphertext === undefined ? {} : { secretData: `[secret ${fingerprint(ciphertext)}]` };
}

/** Inputs with what they stand for. */
async function complete(type: string, inputs: Properties): Promise<Properties> {
  return type === "docker:index/image:Image" ? withContextDigest(inputs) : inputs;
}

async function answer(request: DeclareRequest): Promise<Declared> {
  try {
    return await declare(request);
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return { error: error.message };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.once("message", (request: DeclareRequest) => {
  void answer(request).then((declared) => {
    process.send?.(declared, () => {
      process.disconnect();
    });
  });
});
// Pulumi raises one for every output that a failure leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
