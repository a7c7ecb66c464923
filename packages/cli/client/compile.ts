import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** What the compiler made of the client. */
export interface Compiled {
  /** The texts of the files, by their paths in the package's folder of code. */
  readonly files: ReadonlyMap<string, string>;
  /** The packages that they import, in alphabetical order. */
  readonly packages: readonly string[];
}

/** What a producer gets, from the project's folder: all that this leads to, and nothing else. */
const ENTRY = "tasks/client/producer";

/** The package's entry points, from its folder of code. */
export const ENTRY_POINTS = { types: `${ENTRY}.d.ts`, default: `${ENTRY}.js` } as const;

/** Compiles the client of a project to JavaScript and types. Throws what the compiler finds wrong. */
export function compileClient(directory: string): Compiled {
  const emitted = emit(resolve(directory));
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const wanted: string[] = Object.values(ENTRY_POINTS);
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    const text = emitted.get(file);
    if (files.has(file) || text === undefined) continue;
    files.set(file, text);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith(".")) wanted.push(importedFile(file, fileName));
      else if (!isBuiltin(fileName)) packages.add(packageOf(fileName));
    }
  }
  return { files, packages: [...packages].sort() };
}

/** What the compiler makes of the entry and of everything that it needs to see for that. */
function emit(directory: string): ReadonlyMap<string, string> {
  const options = optionsIn(directory);
  const host = ts.createCompilerHost(options);
  host.readFile = (file) => withoutPackages(directory, file, ts.sys.readFile(file));
  const program = ts.createProgram([join(directory, `${ENTRY}.ts`)], options, host);
  const emitted = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (path, text) => {
    const file = relative(directory, path).replaceAll("\\", "/");
    emitted.set(file, file.endsWith(".d.ts") ? withJsExtensions(text) : text);
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length === 0) return emitted;
  throw new Error(`The client does not compile:\n${describe(problems, directory)}`);
}

/** The project's own options, but that something is made: for Node 20 and for compilers of any options. */
function optionsIn(directory: string): ts.CompilerOptions {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    types: ["node"],
    rootDir: directory,
    noEmit: false,
    noEmitOnError: true,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    newLine: ts.NewLineKind.LineFeed,
  };
  const own = ts.getParsedCommandLineOfConfigFile(join(directory, "tsconfig.json"), options, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic(problem) {
      throw new Error(describe([problem], directory));
    },
  });
  return { ...own?.options, ...options };
}

/** A source with the rules of Google's imported by their path: the package brings them along. */
function withoutPackages(
  directory: string,
  file: string,
  text: string | undefined,
): string | undefined {
  return text?.replace(/"@background-tasks\/google\/(\w+\.ts)"/g, (_, name: string) => {
    const path = relative(dirname(file), join(directory, "packages/google", name));
    return JSON.stringify(path.replaceAll("\\", "/"));
  });
}

/** Types that name the files beside them as JavaScript does: the compiler does that for JavaScript alone. */
function withJsExtensions(text: string): string {
  return text.replace(/((?:from |import |import\()"\.[^"]*)\.ts"/g, '$1.js"');
}

function importedFile(file: string, specifier: string): string {
  const path = join(dirname(file), specifier).replaceAll("\\", "/");
  return file.endsWith(".d.ts") ? path.replace(/\.js$/, ".d.ts") : path;
}

/** `@pulumi/gcp` of `@pulumi/gcp/types`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function describe(problems: readonly ts.Diagnostic[], directory: string): string {
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(problems), {
    getCurrentDirectory: () => directory,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  });
}
