import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { compileClient } from "./compile.ts";
import {
  checkName,
  CODE_FOLDER,
  defaultName,
  GENERATOR,
  manifest,
  readme,
  type PackageName,
} from "./manifest.ts";

/** What the client is made of, and where it goes. */
export interface ClientPackage extends Partial<PackageName> {
  /** The folder of the project: its contract and the client. */
  readonly directory: string;
  /** The folder to write. It is new, empty, or one that was written like this. */
  readonly out: string;
}

const projectSchema = z.object({
  name: z.string(),
  version: z.string().default("0.1.0"),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** Writes the client and the contract as a package. Throws, having written nothing, where it cannot. */
export async function writeClient(options: ClientPackage): Promise<PackageName> {
  const { directory, out } = options;
  const project = projectSchema.parse(readJson(join(directory, "package.json")));
  const { name = defaultName(project.name), version = project.version } = options;
  checkName({ name, version });
  checkFolder(out);
  const { tasks } = await loadContract(directory);
  const { files, packages } = compileClient(directory);
  const dependencies = dependenciesOn(packages, project.dependencies);

  rmSync(join(out, CODE_FOLDER), { recursive: true, force: true });
  for (const [file, text] of files) put(join(out, CODE_FOLDER, file), text);
  put(join(out, "README.md"), readme(name, Object.keys(tasks)[0] ?? "my-task"));
  const json = JSON.stringify(manifest({ name, version }, dependencies), undefined, 2);
  put(join(out, "package.json"), `${json}\n`);
  return { name, version };
}

/** Throws for a folder with something else in it: this would be lost. */
function checkFolder(out: string): void {
  if (!existsSync(out) || readdirSync(out).length === 0) return;
  const file = join(out, "package.json");
  if (existsSync(file)) {
    const { generator } = z
      .object({ generator: z.unknown() })
      .catch({ generator: "" })
      .parse(readJson(file));
    if (generator === GENERATOR) return;
  }
  throw new Error(
    `'${out}' is not empty, and this command did not write it. Name a folder that is new, empty, or one ` +
      "that it wrote.",
  );
}

/** The project's own versions and what is compatible with them: a producer may have these packages, too. */
function dependenciesOn(
  packages: readonly string[],
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => {
      const version = own[name];
      if (version === undefined) {
        throw new Error(
          `The tasks' contract imports '${name}', which is no dependency of package.json. Declare it there.`,
        );
      }
      return [name, /^\d/.test(version) ? `^${version}` : version];
    }),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
