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

/** The files of the page by their paths. It is made of its sources here: none is built into the repository. */
export async function bundlePage(): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const common = {
    bundle: true,
    minify: true,
    write: false,
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: "/console",
    chunkNames: "[name]-[hash]",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  } as const;
  const bundled = await Promise.all([
    build({ ...common, entryPoints: [source("early.ts")], format: "iife" }),
    build({ ...common, entryPoints: [source("page.tsx")], format: "esm", splitting: true }),
  ]);
  const files = bundled
    .flatMap(({ outputFiles }) => outputFiles)
    .map(async ({ path, contents }) => {
      const type = path.endsWith(".css") ? "text/css" : "text/javascript";
      return [`/console/${basename(path)}`, await file(type, Buffer.from(contents))] as const;
    });
  return {
    "/": await file("text/html", Buffer.from(SHELL)),
    ...Object.fromEntries(await Promise.all(files)),
  };
}

function source(name: string): string {
  return fileURLToPath(new URL(`../page/${name}`, import.meta.url));
}

/** The first script is small and run as soon as it is there: it asks for what is shown first, while the page itself is read. */
const SHELL = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>background-tasks</title>
<link rel="icon" href="data:,">
<script src="/console/early.js"></script>
<link rel="stylesheet" href="/console/page.css">
<script type="module" src="/console/page.js"></script>
</head>
<body><div id="page"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;

const compress = promisify(gzip);

async function file(type: string, body: Buffer): Promise<PageFile> {
  return { type: `${type}; charset=utf-8`, body, gzipped: await compress(body, { level: 9 }) };
}
