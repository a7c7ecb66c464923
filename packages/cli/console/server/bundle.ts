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

const PAGE = fileURLToPath(new URL("../page/page.tsx", import.meta.url));

/** The files of the page by their paths. It is made of its sources here: none is built into the repository. */
export async function bundlePage(): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [PAGE],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: "/",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const contentOf = (end: string): Buffer =>
    Buffer.from(outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? []);
  return {
    "/": await file("text/html", Buffer.from(SHELL)),
    "/console/page.js": await file("text/javascript", contentOf(".js")),
    "/console/page.css": await file("text/css", contentOf(".css")),
  };
}

const SHELL = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>background-tasks</title>
<link rel="icon" href="data:,">
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
