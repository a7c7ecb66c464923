import * as pulumi from "@pulumi/pulumi";
import { startEvaluation } from "@background-tasks/program/evaluate/evaluateProgram.ts";
import { madeByGoogle } from "@background-tasks/program/evaluate/madeByGoogle.ts";
import { unwrapSecrets } from "@background-tasks/program/evaluate/secrets.ts";
import { readStackConfig, withoutEndpoints } from "@background-tasks/program/stack/stackConfig.ts";

/** What a resource was registered with: its inputs, secrets unwrapped, and its options. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

let registrations: Registration[] = [];
let warnings: string[] = [];
let isStarted = false;

/** Starts a fresh mocked deployment of stack `test`. Call it before anything is constructed. */
export async function startDeployment(
  config: Readonly<Record<string, string>> = {},
  stack = "test",
): Promise<void> {
  // What the last test left under way belongs to its deployment.
  if (isStarted) await pulumi.runtime.disconnect();
  isStarted = true;
  registrations = [];
  warnings = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation(async (message) => {
    warnings.push(message);
  });
  await startEvaluation({
    project: "background-tasks",
    stack,
    config,
    register: ({ type, name, inputs, isCustom }) => {
      const plain = unwrapSecrets(inputs);
      registrations.push({ type, name, inputs: plain });
      const made = isCustom ? madeByGoogle(type, plain, config["gcp:project"] ?? "p") : {};
      return { id: `${name}-id`, outputs: { ...plain, ...made } };
    },
    call: (token) => {
      if (token === "gcp:organizations/getClientConfig:getClientConfig") {
        return { accessToken: "a-token" };
      }
      throw new Error(`The program called ${token}, which this test does not mock.`);
    },
  });
}

/** The configuration of a stack's file with the defaults of Pulumi.yaml, as the engine would give it. */
export function stackConfig(
  stackFile: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...withoutEndpoints(readStackConfig("Pulumi.yaml", stackFile).config), ...more };
}

/** The value of an output. Never resolves if the output is unknown. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}

/** Everything that was registered, once nothing is under way. */
export async function allRegistrations(): Promise<readonly Registration[]> {
  await pulumi.runtime.disconnect();
  return registrations;
}

/** The inputs of the one resource of that type and name. `type` is its last part, such as `Queue`. */
export async function inputsOf(type: string, name: string): Promise<Record<string, unknown>> {
  const all = await allRegistrations();
  const found = all.filter((one) => one.type.endsWith(`:${type}`) && one.name === name);
  if (found.length !== 1) {
    const known = all.map((one) => `${one.type} ${one.name}`).join("\n");
    throw new Error(
      `${found.length} resources are a ${type} named '${name}'. There are:\n${known}`,
    );
  }
  return found[0]!.inputs;
}

/** What the program warned of. */
export function warningsGiven(): readonly string[] {
  return warnings;
}

/** Options for a component under test that note the options of every resource in it, by type and name. */
export function noteOptions(): {
  readonly options: Map<string, pulumi.CustomResourceOptions>;
  readonly opts: pulumi.ComponentResourceOptions;
} {
  const options = new Map<string, pulumi.CustomResourceOptions>();
  const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${type.slice(type.lastIndexOf(":") + 1)} ${name}`, opts);
    return undefined;
  };
  return { options, opts: { transformations: [note] } };
}

/** The logical names of the resources that an option depends on. */
export async function dependenciesOf(opts: pulumi.ResourceOptions | undefined): Promise<string[]> {
  const { dependsOn = [] } = opts ?? {};
  const resources = [dependsOn].flat() as pulumi.Resource[];
  const urns = await Promise.all(resources.map(({ urn }) => valueOf(urn)));
  return urns.map((urn) => {
    const [, , types = "", name = ""] = urn.split("::");
    return `${types.replace(/^.*[:$]/, "")} ${name}`;
  });
}
