import { environment } from "../../../tasks/contract/environment.ts";
import { LOCAL_OUTPUTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { pulumiOutputs } from "./pulumiOutputs.ts";
import { outputsSchema, type Outputs } from "./outputs.ts";
import type { Target } from "../command/target.ts";
import { callLocal, localEndpoint } from "./localCloud.ts";

/**
 * The environment that a producer of that stack needs: its output `clientEnvironment` and, where it is on a
 * local cloud, the address of that.
 */
export async function stackEnvironment(target: Target): Promise<Record<string, string>> {
  const { clientEnvironment } = await stackOutputs(target);
  if (target.port === undefined) return clientEnvironment;
  const endpoint = localEndpoint(target.port);
  await callLocal(endpoint);
  return { ...clientEnvironment, [environment.endpoint]: endpoint };
}

/** The outputs of a stack, from Pulumi or from the local cloud that runs it. */
export async function stackOutputs(target: Target): Promise<Outputs> {
  const { stack, port } = target;
  if (stack === undefined)
    return outputsSchema.parse(await localOutputs(localEndpoint(Number(port))));
  const outputs = outputsSchema.safeParse(await pulumiOutputs(stack, target.local));
  if (outputs.success) return outputs.data;
  const missing = outputs.error.issues.map(({ path }) => `'${path.join(".")}'`).join(", ");
  throw new Error(`Stack '${stack}' has no output ${missing}: no 'up' of it has succeeded yet.`);
}

async function localOutputs(endpoint: string): Promise<unknown> {
  const response = await callLocal(endpoint, LOCAL_OUTPUTS_PATH);
  if (response.ok) return response.json();
  throw new Error(
    `The local cloud at ${endpoint} has no stack of 'npm start' yet: ${await response.text()} A stack ` +
      "that Pulumi put there is named with --stack, too.",
  );
}
