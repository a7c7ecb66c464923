import "./lateModules.ts";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { withoutEndpoints } from "../stack/stackConfig.ts";
import { withStandIns, type Completed } from "../stack/standIns.ts";
import { unwrapSecrets } from "./unwrapSecrets.ts";
import { outputsOf } from "./madeByGoogle.ts";
import type { RegisteredResource, Reply } from "./registeredResources.ts";
import type { StackFile } from "../stack/stackFiles.ts";

// The process that evaluates the working directory's program for stack after stack: its parent (registeredResources.ts) sends
// the stacks and hears what each registers.

const PROGRAM = pathToFileURL(resolve("infra/index.ts")).href;
const BUNDLE = "/infra/bundle.ts";

// The worker's bundle is no resource: nothing is built to judge what is deployed.
registerHooks({
  load: (url, context, next) =>
    url.endsWith(BUNDLE)
      ? { format: "module", shortCircuit: true, source: "export function bundleWorker() {}" }
      : next(url, context),
});

/** What the program exports, as far as it is told. */
interface Program {
  readonly operations?: unknown;
}

async function evaluate(
  stack: string,
  project: string,
  config: StackFile["config"],
): Promise<{ resources: RegisteredResource[]; operations: unknown }> {
  let program: Program = {};
  const resources: RegisteredResource[] = [];
  const options = new Map<string, RegisteredResource["options"]>();
  const place = { project: config["gcp:project"] ?? "" };

  pulumi.runtime.setAllConfig(withoutEndpoints(config));
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const plain = unwrapSecrets(inputs) as Record<string, unknown>;
        if (custom !== true) return { id: undefined, state: plain };
        const properties = { ...plain, ...outputsOf(type, plain, place) };
        const noted = options.get(`${type} ${name}`) ?? { protect: false };
        resources.push({ type, name, properties, options: noted });
        return { id: `${name}-id`, state: properties };
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
    // Modules are cached, and the program must run again for every stack; what it imports only defines.
    program = (await import(`${PROGRAM}?stack=${stack}`)) as Program;
  });
  await pulumi.runtime.disconnect();
  const { operations } = program;
  const outputs = await new Promise<Program>((resolve) => {
    pulumi.output({ operations }).apply(resolve);
  });
  return { resources, operations: outputs.operations };
}

/** The stack with an example for what its file leaves out or keeps encrypted: no rule is about these values. */
async function withExamples(stackFile: StackFile): Promise<Completed> {
  const { settings } = await loadContract();
  const { config, filledIn } = withStandIns(stackFile, settings, ({ example }) => example);
  const hasProject = (config[PROJECT] ?? "") !== "";
  return {
    config: hasProject ? config : { ...config, [PROJECT]: "example-project" },
    filledIn: hasProject ? filledIn : [PROJECT, ...filledIn],
  };
}

const PROJECT = "gcp:project";

async function reply(stackFile: StackFile): Promise<Reply> {
  const { stack, project } = stackFile;
  try {
    const { config, filledIn } = await withExamples(stackFile);
    return { stack, ...(await evaluate(stack, project, config)), filledIn };
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return { stack, error: error.message };
    return { stack, error: error instanceof Error ? String(error.stack) : String(error) };
  }
}

/** Resolves once it is on its way: what is not sent when the process disconnects is lost. */
function send(message: Reply): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => {
      resolve();
    });
  });
}

process.once("message", (stackFiles: readonly StackFile[]) => {
  void (async () => {
    for (const stackFile of stackFiles) await send(await reply(stackFile));
    process.disconnect();
  })();
});
// Pulumi raises one for every output that a failure leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
