import { HOUR_MS, membersOf } from "../../console/page/groupMembers.ts";

const NINE = Date.parse("2026-11-25T09:00:00Z");

it.each([
  ["cause" as const, "7f3a91c2", {}, { cause: "7f3a91c2" }],
  ["queue" as const, "email", { task: "send-email" }, { queue: "email", task: "send-email" }],
  ["task" as const, "send-email", { since: NINE }, { task: "send-email", since: NINE }],
  ["hour" as const, "2026-11-25T09:00:00.000Z", {}, { since: NINE, until: NINE + HOUR_MS }],
  [
    "hour" as const,
    "2026-11-25T09:00:00.000Z",
    { since: NINE + 1, task: "send-email" },
    { since: NINE + 1, until: NINE + HOUR_MS, task: "send-email" },
  ],
  [
    "hour" as const,
    "2026-11-25T09:00:00.000Z",
    { since: NINE - 1 },
    { since: NINE, until: NINE + HOUR_MS },
  ],
])("A group by %s, '%s', is of what its filter %j lets through alone", (by, key, filter, of) => {
  expect(membersOf(by, key, filter)).toEqual(of);
});
