import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackConfig, StackFileError } from "../../stack/stackConfig.ts";
import { FILES, REFUSED, VALUES } from "../support/cliYaml.ts";

const directory = mkdtempSync(join(tmpdir(), "go-yaml-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** The settings in a stack's file of project `mail`. */
function read(yaml: string): Readonly<Record<string, string>> {
  const [project, stack] = [join(directory, "Pulumi.yaml"), join(directory, "Pulumi.s.yaml")];
  writeFileSync(project, "name: mail");
  writeFileSync(stack, yaml);
  return readStackConfig(project, stack).config;
}

describe("A stack's file is read as the Pulumi CLI reads it, where it has", () => {
  it.each(VALUES)("%j: the program sees %j", (yaml, text) => {
    expect(read(`config:\n  mail:key: ${yaml}\n`)).toEqual({ "mail:key": text });
  });

  it.each(FILES)("%s", (_what, yaml, config) => {
    expect(read(yaml)).toEqual(config);
  });
});

describe("A stack's file is refused, as the Pulumi CLI does, where it has", () => {
  it.each(REFUSED)("%s", (_what, yaml) => {
    expect(() => read(yaml)).toThrow(StackFileError);
  });
});

describe("What is told of a stack's file", () => {
  it("names the key of what is no number to the CLI", () => {
    expect(() => read("config:\n  mail:rate: .inf\n")).toThrow(
      "'mail:rate' cannot be set: 'Infinity' is no number that the Pulumi CLI takes; put it in quotes to have it as text.",
    );
  });

  it("says what is missing where the settings are text", () => {
    expect(() => read("config:\n  mail:rate:1\n")).toThrow(
      `'config' in '${join(directory, "Pulumi.s.yaml")}' is 'mail:rate:1'; it must hold settings, each with a ` +
        "space after its colon.",
    );
  });

  it("keeps what is encrypted in a list from the program", () => {
    expect(read("config:\n  mail:list: [a, { secure: v1:abc }]\n")).toEqual({
      "mail:list": '["a",null]',
    });
  });
});
