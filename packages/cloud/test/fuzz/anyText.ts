import fc from "fast-check";

/** Code points of no character by themselves. */
const SURROGATES = { from: 0xd800, count: 0x800 };
const LAST_CODE_POINT = 0x10ffff;

/**
 * Any character: what `unit: "binary"` means. fast-check's own first makes a table of all 1,112,064 of them,
 * half a second in each file of tests.
 */
const character = fc.nat({ max: LAST_CODE_POINT - SURROGATES.count }).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count),
  (value) => {
    const [only, ...more] = typeof value === "string" ? value : "";
    const codePoint = only?.codePointAt(0);
    if (codePoint === undefined || more.length > 0)
      throw new Error(`No character: ${String(value)}`);
    return codePoint < SURROGATES.from ? codePoint : codePoint - SURROGATES.count;
  },
);

/** Text of any characters. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: character, maxLength });
