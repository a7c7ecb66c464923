import { bundlePage } from "../../console/server/bundle.ts";

/** Bytes of the page, compressed: what a browser takes in before it shows anything. */
const MOST = 60_000;

it("The page is small, whole, and takes nothing from elsewhere", async () => {
  const files = await bundlePage();

  const hashed = (path: string): string => path.replace(/-[A-Z0-9]{8}\./, "-*.");
  expect(Object.keys(files).map(hashed)).toEqual([
    "/",
    "/console/early.js",
    "/console/page.js",
    "/console/uPlot.esm-*.js",
    "/console/page.css",
  ]);
  const size = Object.values(files).reduce((sum, { gzipped }) => sum + gzipped.length, 0);
  expect(size).toBeGreaterThan(20_000);
  expect(size).toBeLessThan(MOST);
  const texts = Object.values(files).map(({ body }) => body.toString());
  // Namespaces of SVG and MathML, which nobody fetches.
  const urls = texts.flatMap((text) => text.match(/https?:\/\/[\w.-]+/g) ?? []);
  expect(urls.filter((url) => url !== "http://www.w3.org")).toEqual([]);
});

it("What the first view needs is asked for before the page is read, and charts are read after it", async () => {
  const files = await bundlePage();
  const textOf = (path: string): string => files[path]?.body.toString() ?? "";
  const [, ...named] = Object.keys(files);

  const inOrder = [...textOf("/").matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  expect(inOrder).toEqual(["/console/early.js", "/console/page.css", "/console/page.js"]);
  // As a module it would wait until the page is read, and for what it imports.
  expect(textOf("/")).toContain('<script src="/console/early.js">');
  expect(textOf("/console/early.js")).toContain('"about","overview"');
  expect(textOf("/console/early.js").length).toBeLessThan(2000);
  const [charts = ""] = named.filter((path) => !inOrder.includes(path));
  expect(charts).toContain("uPlot");
  expect(textOf("/console/page.js")).toContain(`import("./${charts.split("/").at(-1)}")`);
});
