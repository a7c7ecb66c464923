import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { unwrapSecrets } from "@background-tasks/program/declare/unwrapSecrets.ts";
import { outputsOf } from "@background-tasks/program/declare/madeByGoogle.ts";

/*
 * The process that loads the program of its working directory and registers its resources, with mocks for the
 * engine: `programProcess.ts node|ts-node`.
 */

const STACK = "local";
const PROGRAM = resolve("infra/index.ts");

type Exports = Record<string, unknown>;

const byTsNode = process.argv[2] === "ts-node";
const { project, config } = readStackConfig("Pulumi.yaml", `Pulumi.${STACK}.yaml`);
const place = { project: config["gcp:project"] ?? "" };
pulumi.runtime.setAllConfig({ ...config });
await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      const plain = unwrapSecrets(inputs) as Exports;
      return { id: `${name}-id`, state: { ...plain, ...outputsOf(type, plain, place) } };
    },
    // The one function that the program calls gives it a token for the registry.
    call: () => ({ accessToken: "token" }),
  },
  project,
  STACK,
);
await pulumi.runtime.runInPulumiStack(async () => (byTsNode ? loadByTsNode() : loadByNode()));
await pulumi.runtime.disconnect();

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
