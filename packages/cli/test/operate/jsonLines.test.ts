import { readFileSync } from "node:fs";
import { JSON_LINES } from "../../operate/jsonLines.ts";

/** The table of README: command, kind, fields. */
function told(): string[][] {
  const [, section = ""] = readFileSync("packages/cli/README.md", "utf8").split("## JSON\n");
  return section
    .split("\n")
    .filter((row) => row.startsWith("| `"))
    .map((row) => row.split("|").slice(1, 4))
    .map((cells) => cells.map((cell) => cell.replaceAll("`", "").trim()));
}

it("README lists the lines of each command, field by field", () => {
  const lines = Object.entries(JSON_LINES).flatMap(([command, schemas]) =>
    schemas.map(({ shape: { kind, ...fields } }) => [
      command,
      [...(kind.def.type === "enum" ? Object.values(kind.def.entries) : kind.def.values)].join(
        ", ",
      ),
      Object.keys(fields).join(", "),
    ]),
  );

  expect(told()).toEqual(lines);
});
