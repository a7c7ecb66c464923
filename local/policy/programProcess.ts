import { registerHooks } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { Resource, ResourceOptions } from "../../policy/resource.ts";
import { withoutEndpoints } from "../deploy/stackConfig.ts";
import { unwrapSecrets } from "../deploy/unwrapSecrets.ts";
import { outputsOf } from "./madeByGoogle.ts";
import type { Reply } from "./registeredResources.ts";
import type { StackFile } from "./stackFiles.ts";

// The process that evaluates the program for stack after stack: its parent (registeredResources.ts) sends
// the stacks and hears what each registers.

const PROGRAM = new URL("../../infra/index.ts", import.meta.url).href;
const BUNDLE = new URL("bundle.ts", PROGRAM).href;

// The worker's bundle is no resource: nothing is built to judge what is deployed.
registerHooks({
  load: (url, context, next) =>
    url === BUNDLE
      ? { format: "module", shortCircuit: true, source: "export function bundleWorker() {}" }
      : next(url, context),
});

async function evaluate({ stack, project, config }: StackFile): Promise<Resource[]> {
  const resources: Resource[] = [];
  const options = new Map<string, ResourceOptions>();
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
    await import(`${PROGRAM}?stack=${stack}`);
  });
  await pulumi.runtime.disconnect();
  return resources;
}

async function reply(stackFile: StackFile): Promise<Reply> {
  const { stack } = stackFile;
  try {
    return { stack, resources: await evaluate(stackFile) };
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return { stack, error: error.message };
    return { stack, error: error instanceof Error ? String(error.stack) : String(error) };
  }
}

process.once("message", (stackFiles: readonly StackFile[]) => {
  void (async () => {
    for (const stackFile of stackFiles) process.send?.(await reply(stackFile));
    process.disconnect();
  })();
});
// Pulumi raises one for every output that a failure leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
