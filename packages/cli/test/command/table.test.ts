import { table } from "../../command/table.ts";

/** What the cells of a table of one column hold, line by line. */
const lines = (cell: string, width: number): string[] =>
  table(["Text"], [[cell]], { width })
    .split("\n")
    .slice(3, -1)
    .map((line) => line.replace(/^│ | *│$/g, ""));

describe("table", () => {
  it("wraps between words", () => {
    expect(lines("what does not fit is wrapped", 20)).toEqual(["what does not", "fit is wrapped"]);
  });

  it("breaks a word that is too long where it has a part that ends, and loses nothing of it", () => {
    expect(lines("at template.containers.0.image now", 20)).toEqual([
      "at template.",
      "containers.0.",
      "image now",
    ]);
    expect(lines("a".repeat(40), 20)).toEqual(["a".repeat(16), "a".repeat(16), "a".repeat(8)]);
  });

  it("is as wide as what is in it, where no width is given", () => {
    expect(table(["A"], [["b".repeat(300)]]).split("\n")[3]).toBe(`│ ${"b".repeat(300)} │`);
  });

  it("breaks no cell of a column that is to stay whole", () => {
    const rows = [["prod-worker-00043-abc", "550 No such user here"]];
    const made = table(["Revision", "Error"], rows, { width: 40, whole: ["Revision"] });

    expect(made.split("\n").slice(3, -1)).toEqual([
      "│ prod-worker-00043-abc │ 550 No such  │",
      "│                       │ user here    │",
    ]);
  });
});
