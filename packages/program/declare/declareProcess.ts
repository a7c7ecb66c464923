import "../evaluate/lateModules.ts";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RunError } from "@pulumi/pulumi";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { settingSecretName, type Setting } from "../../../tasks/contract/setting.ts";
import { evaluateProgram } from "../evaluate/evaluateProgram.ts";
import { madeByGoogle } from "../evaluate/madeByGoogle.ts";
import { fingerprint, maskSecrets, unwrapSecrets } from "../evaluate/secrets.ts";
import { tellBroken } from "../evaluate/tellBroken.ts";
import { withoutEndpoints } from "../stack/stackConfig.ts";
import { withStandIns } from "../stack/standIns.ts";
import type { StackFile } from "../stack/stackFiles.ts";
import type { Declared, DeclaredResource } from "./declared.ts";
import { withContextDigest } from "./imageContext.ts";
import type { DeclareRequest } from "./registeredResources.ts";

// The process that evaluates the working directory's program for stack after stack: its parent (registeredResources.ts)
// sends the stacks and is told what the program asks for in each.

type Properties = Readonly<Record<string, unknown>>;

const PROGRAM = pathToFileURL(resolve("infra/index.ts")).href;
const BUNDLE = "/infra/bundle.ts";
const PROJECT = "gcp:project";

async function declare(stackFile: StackFile, readsImages: boolean): Promise<Declared> {
  const { settings } = await loadContract();
  const { config: completed, filledIn } = withStandIns(
    stackFile,
    settings,
    ({ example }) => example,
  );
  const hasProject = (completed[PROJECT] ?? "") !== "";
  const gcpProject = (hasProject && completed[PROJECT]) || NO_PROJECT;
  const encrypted = ciphertextsBySecret(stackFile, settings);
  const resources: DeclaredResource[] = [];
  const { operations } = await evaluateProgram(
    {
      ...stackFile,
      config: { ...withoutEndpoints(completed), [PROJECT]: gcpProject },
      register: async ({ type, name, inputs: given, isCustom, options }) => {
        if (!isCustom) return undefined;
        const shown = { ...maskSecrets(given), ...shownSecret(type, name, encrypted) };
        const inputs = readsImages && type === IMAGE ? await withContextDigest(shown) : shown;
        const made = madeByGoogle(type, inputs, gcpProject);
        resources.push({ type, name, inputs, properties: { ...inputs, ...made }, options });
        return { id: `${name}-id`, outputs: { ...unwrapSecrets(given), ...made } };
      },
    },
    // Modules are cached, and the program must run again for every stack; what it imports only defines.
    () => import(`${PROGRAM}?stack=${stackFile.stack}`) as Promise<Properties>,
  );
  return { resources, operations, filledIn: hasProject ? filledIn : [PROJECT, ...filledIn] };
}

const IMAGE = "docker:index/image:Image";
const NO_PROJECT = "example-project";

/** The settings that the stack's file has encrypted, by the names of their secrets. */
function ciphertextsBySecret(
  { project, secure }: StackFile,
  settings: Readonly<Record<string, Setting>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.keys(settings).flatMap((name): [string, string][] => {
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

async function answer(stackFile: StackFile, readsImages: boolean): Promise<Declared> {
  try {
    return await declare(stackFile, readsImages);
  } catch (error) {
    if (RunError.isInstance(error)) return { error: error.message };
    return { error: tellBroken(error, process.cwd()) };
  }
}

/** The worker's bundle is no resource: where images are not read, nothing is built. */
function bundleNothing(): void {
  registerHooks({
    load: (url, context, next) =>
      url.endsWith(BUNDLE)
        ? { format: "module", shortCircuit: true, source: "export function bundleWorker() {}" }
        : next(url, context),
  });
}

process.once("message", ({ stackFiles, readsImages }: DeclareRequest) => {
  void (async () => {
    if (!readsImages) bundleNothing();
    const replies: Declared[] = [];
    for (const stackFile of stackFiles) replies.push(await answer(stackFile, readsImages));
    process.send?.(replies, () => {
      process.disconnect();
    });
  })();
});
// Pulumi raises one for every output that a failure leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
