import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzip } from "node:zlib";
import { promisify } from "node:util";

/** A file of the page, as it is served. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
}

export type PageFiles = Readonly<Record<string, PageFile>>;

/** What is run, in this order: the first asks for what is shown first, while the page itself is read. */
const SCRIPTS = ["early.ts", "page.tsx"];

/** The files of the page by their paths. It is made of its sources here: none is built into the repository. */
export async function bundlePage(): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    entryPoints: SCRIPTS.map((script) =>
      fileURLToPath(new URL(`../page/${script}`, import.meta.url)),
    ),
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: "/console",
    chunkNames: "[name]-[hash]",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const shared = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.flatMap(({ kind, path }) => (kind === "import-statement" ? [servedAt(path)] : [])),
  );
  const files = outputFiles.map(async ({ path, contents }) => {
    const type = path.endsWith(".css") ? "text/css" : "text/javascript";
    return [servedAt(path), await file(type, Buffer.from(contents))] as const;
  });
  return {
    "/": await file("text/html", Buffer.from(shell([...new Set(shared)]))),
    ...Object.fromEntries(await Promise.all(files)),
  };
}

function servedAt(path: string): string {
  return `/console/${basename(path)}`;
}

/** `shared` is what more than one script imports. */
function shell(shared: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>background-tasks</title>
<link rel="icon" href="data:,">
${shared.map((path) => `<link rel="modulepreload" href="${path}">`).join("\n")}
<script type="module" src="/console/early.js" async></script>
<link rel="stylesheet" href="/console/page.css">
<script type="module" src="/console/page.js"></script>
</head>
<body><div id="page"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;
}

const compress = promisify(gzip);

async function file(type: string, body: Buffer): Promise<PageFile> {
  return { type: `${type}; charset=utf-8`, body, gzipped: await compress(body, { level: 9 }) };
}
