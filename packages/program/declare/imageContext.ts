import { realpathSync } from "node:fs";
import { dirname, relative } from "node:path";
import { contextDigest, readContext } from "../image/buildContext.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * The inputs of an image with the digest of its files. A checkout whose packages are links bundles the same
 * code with another path to them: that is no change.
 */
export async function withContextDigest(inputs: Properties): Promise<Properties> {
  const { build } = inputs;
  if (typeof build !== "object" || build === null || !("context" in build)) return inputs;
  const files = await readContext(String(build.context));
  const installed = dirname(realpathSync(`node_modules/${ANY_PACKAGE}`));
  const linked = `${relative(realpathSync("."), installed)}/`;
  const plain = new Map(
    [...files].map(([name, file]): [string, Buffer] => [
      name,
      Buffer.from(file.toString("latin1").replaceAll(linked, "node_modules/"), "latin1"),
    ]),
  );
  return { ...inputs, build: { ...build, contextDigest: contextDigest(plain) } };
}

/** One that every project has: its contract is made of it. */
const ANY_PACKAGE = "zod";
