import { residentMemory } from "../../run/residentMemory.ts";

it.each([
  ["as Linux tells it", "/proc"],
  ["as ps tells it", "/none"],
])("The memory of a process is known, %s", async (_, folder) => {
  const { rss } = process.memoryUsage();
  const told = (await residentMemory(process.pid, folder)) ?? 0;

  expect(told / rss).toBeGreaterThan(0.5);
  expect(told / rss).toBeLessThan(2);
});

it("The memory of a process that is gone is not known", async () => {
  expect(await residentMemory(2 ** 30)).toBeUndefined();
});
