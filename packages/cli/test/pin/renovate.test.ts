import { globSync, readFileSync } from "node:fs";
import { z } from "zod";
import { withBaseImage } from "../../pin/baseImage.ts";

const { customManagers, ...renovate } = z
  .looseObject({
    rangeStrategy: z.string(),
    extends: z.array(z.string()),
    customManagers: z.array(
      z.looseObject({
        managerFilePatterns: z.tuple([z.string()]),
        matchStrings: z.tuple([z.string()]),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(".github/renovate.json", "utf8")));

const DIGEST = `sha256:${"0a".repeat(32)}`;

/** What the bot reads in a file of that name and text: `undefined` where it finds nothing to move. */
function foundIn(file: string, text: string): Record<string, string> | undefined {
  for (const { managerFilePatterns, matchStrings } of customManagers) {
    if (!new RegExp(managerFilePatterns[0].slice(1, -1)).test(file)) continue;
    return { ...new RegExp(matchStrings[0]).exec(text)?.groups };
  }
  return undefined;
}

describe("The bot that moves what is pinned", () => {
  it("keeps actions by commit and packages by version", () => {
    expect(renovate.extends).toContain("helpers:pinGitHubActionDigests");
    expect(renovate.rangeStrategy).toBe("pin");
  });

  it("moves the base image that 'pin' wrote to a stack's file", () => {
    const text = withBaseImage("config:\n  a: 1\n", "app", `gcr.io/base/node:24@${DIGEST}`);

    expect(foundIn("Pulumi.prod.yaml", text)).toEqual({
      depName: "gcr.io/base/node",
      currentValue: "24",
      currentDigest: DIGEST,
    });
  });

  it.each([".ci/pulumi/install", ".ci/run"])("finds the version in %s", (file) => {
    const { currentValue } = foundIn(file, readFileSync(file, "utf8")) ?? {};

    expect(currentValue).toMatch(/^v\d+\.\d+\.\d+$/);
  });

  it("finds the packages of the tools by exact versions", () => {
    const ranges = globSync("packages/*/package.json").flatMap((file) => {
      const {
        dependencies = {},
        devDependencies = {},
        optionalDependencies = {},
      } = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
      const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
      return Object.entries(all)
        .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${file}: ${name} ${version}`);
    });

    expect(ranges).toEqual([]);
  });
});
