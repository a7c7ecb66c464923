import { GAP_MS, MOST_SAMPLES, withSample, type Sample } from "../../console/page/samples.ts";

const at = (time: number, told = time, tasks: Sample["tasks"] = { email: time }): Sample => ({
  ...{ time, told, tasks },
});

const added = (...samples: readonly Sample[]): readonly Sample[] =>
  samples.reduce<readonly Sample[]>(withSample, []);

it("joins samples of which one follows the other", () => {
  expect(added(at(0), at(GAP_MS))).toEqual([at(0), at(GAP_MS)]);
});

it("breaks the line where the page was told nothing", () => {
  const later = GAP_MS + 2;
  expect(added(at(0), at(later))).toEqual([at(0), at(later / 2, later, {}), at(later)]);
});

it("breaks no line where a virtual clock is moved, nor where it stands", () => {
  const hour = 3_600_000;
  const moved = at(hour, 2000);
  expect(added(at(0), moved)).toEqual([at(0), moved]);
  const still = [0, GAP_MS, 2 * GAP_MS].map((told) => at(5, told, { email: told }));
  expect(added(...still, at(6, 2 * GAP_MS))).toEqual([still[2], at(6, 2 * GAP_MS)]);
});

it("keeps the latest", () => {
  const many = Array.from({ length: MOST_SAMPLES + 2 }, (_, n) => at(n));
  expect(added(...many)).toEqual(many.slice(2));
});
