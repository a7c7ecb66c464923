import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { evaluateProgram } from "@background-tasks/program/evaluate/evaluateProgram.ts";
import { madeByGoogle } from "@background-tasks/program/evaluate/madeByGoogle.ts";
import { unwrapSecrets } from "@background-tasks/program/evaluate/secrets.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";

/*
 * The process that loads the program of its working directory and registers its resources, with mocks for the
 * engine: `programProcess.ts node|ts-node`.
 */

const STACK = "local";
const PROGRAM = resolve("infra/index.ts");

type Exports = Record<string, unknown>;

const byTsNode = process.argv[2] === "ts-node";
const { project, config } = readStackConfig("Pulumi.yaml", `Pulumi.${STACK}.yaml`);
await evaluateProgram(
  {
    project,
    stack: STACK,
    config,
    register: ({ type, name, inputs, isCustom }) => {
      if (!isCustom) return undefined;
      const plain = unwrapSecrets(inputs);
      const made = madeByGoogle(type, plain, config["gcp:project"] ?? "");
      return { id: `${name}-id`, outputs: { ...plain, ...made } };
    },
  },
  async () => (byTsNode ? loadByTsNode() : loadByNode()),
);

function loadByNode(): Promise<Exports> {
  return import(pathToFileURL(PROGRAM).href) as Promise<Exports>;
}

interface SdkInternals {
  loadTypeScriptCompilerOptions(file: string): object;
  typeScriptRequireStrings(): { tsnodeRequire: string; typescriptRequire: string };
}

interface TsNode {
  register(options: object): void;
}

/** As the SDK does (cmd/run/run.js) where 'typescript' is left on and the project brings no ts-node of its own. */
function loadByTsNode(): Exports {
  const requireInSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
  const sdk = requireInSdk("./tsutils.js") as SdkInternals;
  const { tsnodeRequire, typescriptRequire } = sdk.typeScriptRequireStrings();
  const tsNode = requireInSdk(tsnodeRequire) as TsNode;
  tsNode.register({
    compiler: typescriptRequire,
    project: "tsconfig.json",
    skipProject: false,
    compilerOptions: {
      target: "ES2020",
      module: "nodenext",
      moduleResolution: "nodenext",
      sourceMap: "true",
      ...sdk.loadTypeScriptCompilerOptions("tsconfig.json"),
    },
  });
  return createRequire(PROGRAM)(PROGRAM) as Exports;
}
