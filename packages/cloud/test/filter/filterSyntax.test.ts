import fc from "fast-check";
import { GoogleError } from "../../api/googleError.ts";
import { fieldPath, joining, OPERATORS, parseFilter } from "../../filter/filterSyntax.ts";

/** What a filter asks for, as a tree. */
function treeOf(text: string): unknown {
  const asked: string[] = [];
  parseFilter(text, {
    ...joining<object>(),
    operators: [...OPERATORS, "=~"],
    compare: (field, operator, value) => {
      asked.push(`${field} ${operator} ${value}`);
      return () => true;
    },
    search: (value) => {
      asked.push(value);
      return () => true;
    },
    call: (name, values) => {
      asked.push(`${name}(${values.join(";")})`);
      return () => true;
    },
  });
  return asked;
}

const PIECES = [
  ...[
    "AND",
    "OR",
    "NOT",
    "-",
    "(",
    ")",
    "=",
    "!=",
    "=~",
    ":",
    ",",
    " ",
    "\n",
    "--",
    '"',
    "'",
    "\\",
  ],
  ...["a", "a.b", 'a."b c"', '"text"', "log_id(", "*", "-1", "𝒳"],
];

describe("The language of filters", () => {
  it.each([
    ['labels."a.b/c"=1', ['labels."a.b/c" = 1']],
    ['log_id("a/b") size:*', ["log_id(a/b)", "size : *"]],
    ['one_of("a", b)', ["one_of(a;b)"]],
    ['a=~"^b" -- c=d\ne=f', ["a =~ ^b", "e = f"]],
    ['"a b" OR c', ["a b", "c"]],
    ["a (b)", ["a", "b"]],
    ["a>=-1", ["a >= -1"]],
  ])("says by %j %j", (text, asked) => {
    expect(treeOf(text)).toEqual(asked);
  });

  it.each([
    ["a.b", ["a", "b"]],
    ['labels."a.b/c"', ["labels", "a.b/c"]],
    ['a."\\"b\\"".c', ["a", '"b"', "c"]],
    ["", []],
  ])("has in the field %j the names %j", (field, names) => {
    expect(fieldPath(field)).toEqual(names);
  });

  it("refuses whatever is no filter, and fails at nothing", () => {
    const isAnswered = (pieces: readonly string[]): void => {
      try {
        treeOf(pieces.join(""));
      } catch (error) {
        if (!(error instanceof GoogleError)) throw error;
      }
    };
    const anything = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 });

    expect(() => {
      fc.assert(fc.property(anything, isAnswered));
    }).not.toThrow();
  });

  it.each([
    ["comments", "-- ".repeat(20_000)],
    ["spaces", " ".repeat(60_000)],
    ["names", 'a."b".'.repeat(10_000)],
    ["escapes", `"${"\\\\".repeat(30_000)}"`],
  ])("takes no longer than it must with many %s before what is none", (_what, text) => {
    const begin = performance.now();
    expect(() => treeOf(`a=${text}\n"`)).toThrow(GoogleError);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
