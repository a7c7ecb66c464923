import type { z } from "zod";
import { environment } from "../../../tasks/contract/environment.ts";
import { LOCAL_OUTPUTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { pulumiOutputs } from "./pulumiOutputs.ts";
import { outputsSchema, type Operations } from "./outputs.ts";
import type { Target } from "../command/target.ts";
import { callLocal, localEndpoint } from "./localCloud.ts";

// Each is made once: what zod makes of a schema takes longer than to read outputs by it.
const WITH_ENVIRONMENT = outputsSchema.pick({ clientEnvironment: true });
const WITH_OPERATIONS = outputsSchema.pick({ operations: true });

/** The environment that a producer of that stack needs: its output `clientEnvironment`. */
export async function stackEnvironment(target: Target): Promise<Record<string, string>> {
  const { clientEnvironment } = await readOutputs(target, WITH_ENVIRONMENT);
  if (target.port === undefined) return clientEnvironment;
  const endpoint = localEndpoint(target.port);
  await callLocal(endpoint);
  const told = clientEnvironment[environment.endpoint];
  if (told !== undefined && new URL(told).port === String(target.port)) return clientEnvironment;
  throw new Error(
    `Stack '${target.stack ?? "local"}' is not on the local cloud at ${endpoint}: its output 'clientEnvironment' has ` +
      `${told === undefined ? "no address" : `the address ${told}`}. Put it there with 'npm run up', or name ` +
      "another port with --port.",
  );
}

/** Where everything of a stack is. */
export async function stackOperations(target: Target): Promise<Operations> {
  return (await readOutputs(target, WITH_OPERATIONS)).operations;
}

/** Outputs of a stack, from Pulumi or from the local cloud that runs it. */
async function readOutputs<T>(target: Target, schema: z.ZodType<T>): Promise<T> {
  const { stack, port, local } = target;
  const outputs = schema.safeParse(
    stack === undefined
      ? await localOutputs(localEndpoint(Number(port)))
      : await pulumiOutputs(stack, local),
  );
  if (outputs.success) return outputs.data;
  const missing = outputs.error.issues.map(({ path }) => `'${path.join(".")}'`).join(", ");
  const up = stack === undefined ? "npm start" : `npm run up -- --stack ${stack}`;
  throw new Error(
    `Stack '${stack ?? "local"}' has no output ${missing}. Its outputs are what infra/index.ts exported when ` +
      `it was deployed last: see that it exports this, and deploy it: '${up}'.`,
  );
}

async function localOutputs(endpoint: string): Promise<unknown> {
  const response = await callLocal(endpoint, LOCAL_OUTPUTS_PATH);
  if (response.ok) return response.json();
  throw new Error(
    `The local cloud at ${endpoint} has no stack of 'npm start' yet: ${await response.text()} A stack ` +
      "that Pulumi put there is named with --stack, too.",
  );
}
