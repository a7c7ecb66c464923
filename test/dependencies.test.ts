import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path/posix";
import ts from "typescript/lib/typescript.js";
import { z } from "zod";

const packageJson = z.object({
  workspaces: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** The team's own: what it declares there it may do as it likes with, but its image needs what it imports. */
const HANDLERS = "worker/handlers";

/** Folders and files that nothing but development runs. */
const DEVELOPMENT = /^(?:bench\/|(?:eslint|jest)\.config\.)|(?:^|\/)test\//;

/** What is used by other ways than an import: a command, the settings of one, or a package's path. */
const USED_OTHERWISE = new Set([
  ". @swc/core",
  ". @swc/jest",
  ". @types/jest",
  ". @types/node",
  ". eslint",
  ". jest",
  ". prettier",
  // The mail server of a sample's test: yours, to be removed with it.
  ". smtp-server",
  ". typescript",
  "packages/program @pulumi/docker",
  "packages/program @pulumi/gcp",
  "packages/program @pulumi/random",
]);

/** Folders of what is installed, or built. */
const NO_SOURCES = /^(?:node_modules|dist|\..*)$/;

const packages = new Map(packageFolders().map((folder) => [folder, readPackage(folder)]));
const imports = sourcesIn(".").flatMap((file) =>
  importedPackages(file, readFileSync(file, "utf8")).map((name) => ({ file, name })),
);
const running = imports.filter(({ file }) => !DEVELOPMENT.test(file));

function readPackage(folder: string): z.output<typeof packageJson> {
  return packageJson.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/** The root and its workspaces. A package.json elsewhere declares nothing that is installed. */
function packageFolders(): string[] {
  const folders = readPackage(".").workspaces.flatMap((pattern) =>
    pattern.endsWith("/*")
      ? readdirSync(dirname(pattern)).map((name) => join(dirname(pattern), name))
      : [pattern],
  );
  return [".", ...folders];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return NO_SOURCES.test(entry.name) ? [] : sourcesIn(path);
    }
    return /\.[cm]?[jt]sx?$/.test(path) ? [path] : [];
  });
}

/** The packages that a file imports, or finds the place of. */
function importedPackages(file: string, text: string): string[] {
  const isScript = /\.[cm]?js$/.test(file);
  const names = [
    ...ts.preProcessFile(text, true, isScript).importedFiles.map(({ fileName }) => fileName),
    ...[...text.matchAll(/[rR]equire(?:\(.*\))?\.resolve\("([^"]+)"\)/g)].map(
      ([, name = ""]) => name,
    ),
  ];
  const found = names.flatMap((name) => /^(?:@[\w.-]+\/)?[a-z][\w.-]*(?=\/|$)/.exec(name) ?? []);
  return [...new Set(found.filter((name) => !isBuiltin(name)))];
}

/** The package that a file is in. */
function packageOf(file: string): string {
  const within = [...packages.keys()].filter((folder) => file.startsWith(`${folder}/`));
  return within.sort((a, b) => b.length - a.length)[0] ?? ".";
}

function isUsed(folder: string, name: string, by = imports): boolean {
  const own = by.filter(({ file }) => packageOf(file) === folder);
  if (name.startsWith("@types/")) {
    return own.some((one) => `@types/${one.name}` === name && hasNoTypes(folder, one.name));
  }
  return own.some((one) => one.name === name);
}

function hasNoTypes(folder: string, name: string): boolean {
  const options = { module: ts.ModuleKind.NodeNext };
  const { resolvedModule } = ts.resolveModuleName(name, join(folder, "x.ts"), options, ts.sys);
  return resolvedModule?.resolvedFileName.includes("/@types/") === true;
}

describe("The dependencies", () => {
  it("declare what the files of their package import", () => {
    const missing = imports.filter(({ file, name }) => {
      const { dependencies, devDependencies } = packages.get(packageOf(file))!;
      const isDeclared = Object.hasOwn(dependencies, name);
      return !(isDeclared || (DEVELOPMENT.test(file) && Object.hasOwn(devDependencies, name)));
    });

    expect(missing).toEqual([]);
  });

  it("declare nothing that is not used, nor twice", () => {
    const unused = [...packages]
      .filter(([folder]) => folder !== HANDLERS)
      .flatMap(([folder, { dependencies, devDependencies }]) =>
        [...Object.keys(dependencies), ...Object.keys(devDependencies)]
          .filter((name, i, all) => all.indexOf(name) !== i || !isUsed(folder, name))
          .map((name) => `${folder} ${name}`),
      );

    expect(unused.filter((one) => !USED_OTHERWISE.has(one))).toEqual([]);
  });

  it("need for the work what is imported there, and not for development alone", () => {
    const idle = [...packages]
      .filter(([folder]) => folder !== HANDLERS)
      .flatMap(([folder, { dependencies }]) =>
        Object.keys(dependencies)
          .filter((name) => !isUsed(folder, name, running))
          .map((name) => `${folder} ${name}`),
      );

    expect(idle.filter((one) => !USED_OTHERWISE.has(one))).toEqual([]);
  });

  it("have one version throughout", () => {
    const versions = new Map<string, Set<string>>();
    for (const { dependencies, devDependencies } of packages.values()) {
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }

    expect([...versions].filter(([, given]) => given.size > 1)).toEqual([]);
  });
});

describe("An import", () => {
  it("is seen whichever way it is written", () => {
    const text = `
      import a from "zod";
      import type { B } from "@pulumi/gcp/types/index.js";
      export type { C } from "commander";
      const d = await import("google-auth-library");
      const e = createRequire(import.meta.url).resolve("esbuild");
      import { readFileSync } from "fs";
      import { join } from "node:path";
      import "./f.ts";
    `;

    expect(importedPackages("infra/a.ts", text)).toEqual([
      "zod",
      "@pulumi/gcp",
      "commander",
      "google-auth-library",
      "esbuild",
    ]);
  });
});
