import { bundlePage } from "../../console/server/bundle.ts";

/** Bytes of the page, compressed: what a browser takes in before it shows anything. */
const MOST = 60_000;

it("The page is small, whole, and takes nothing from elsewhere", async () => {
  const files = await bundlePage();

  expect(Object.keys(files)).toEqual(["/", "/console/page.js", "/console/page.css"]);
  const size = Object.values(files).reduce((sum, { gzipped }) => sum + gzipped.length, 0);
  expect(size).toBeGreaterThan(20_000);
  expect(size).toBeLessThan(MOST);
  const texts = Object.values(files).map(({ body }) => body.toString());
  // Namespaces of SVG and MathML, which nobody fetches.
  const urls = texts.flatMap((text) => text.match(/https?:\/\/[\w.-]+/g) ?? []);
  expect(urls.filter((url) => url !== "http://www.w3.org")).toEqual([]);
});
