import { stacksToDestroy } from "../../../review/sweep/stacksToDestroy.ts";

const NOW = new Date("2026-06-10T12:00:00Z");
const DAY = 24 * 3_600_000;

function doomed(name: string, lastUpdate?: string, open: number[] = [7]) {
  const stack = { name, ...(lastUpdate !== undefined && { lastUpdate: new Date(lastUpdate) }) };
  return stacksToDestroy([stack], new Set(open), NOW, 3 * DAY);
}

describe("a throw-away stack", () => {
  it("goes when its pull request is closed, however young it is", () => {
    expect(doomed("pr-8", "2026-06-10T11:59:00Z")).toEqual([
      { stack: "pr-8", reason: "pull request 8 is closed" },
    ]);
  });

  it("goes when nobody has deployed it for longer than its time", () => {
    expect(doomed("pr-7", "2026-06-07T11:00:00Z")).toEqual([
      { stack: "pr-7", reason: "it was last deployed 73 hours ago" },
    ]);
  });

  it.each([
    { what: "while its pull request is open", name: "pr-7", lastUpdate: "2026-06-10T00:00:00Z" },
    { what: "at the very end of its time", name: "pr-7", lastUpdate: "2026-06-07T12:00:00Z" },
    { what: "before its first deployment ended", name: "pr-7" },
  ])("stays $what", ({ name, lastUpdate }) => {
    expect(doomed(name, lastUpdate)).toEqual([]);
  });

  it.each(["dev", "prod", "pr-", "pr-0", "pr-8-prod", "my-pr-8", "pr-8x", "PR-8"])(
    "is none that is called '%s'",
    (name) => {
      expect(doomed(name, "2020-01-01T00:00:00Z", [])).toEqual([]);
    },
  );
});
