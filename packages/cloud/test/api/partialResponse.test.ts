import { partialResponse } from "../../api/partialResponse.ts";

const ANSWER = {
  services: [
    { name: "a", state: "ENABLED", config: { name: "x", title: "X" } },
    { name: "b", state: "DISABLED" },
  ],
  nextPageToken: "t",
  total: 2,
};

describe("A partial response", () => {
  it.each([
    {
      fields: "services/name,nextPageToken",
      part: { services: [{ name: "a" }, { name: "b" }], nextPageToken: "t" },
    },
    {
      fields: "services/name,services/config/title",
      part: { services: [{ name: "a", config: { title: "X" } }, { name: "b" }] },
    },
    {
      fields: "services(name, config(title)),total",
      part: { services: [{ name: "a", config: { title: "X" } }, { name: "b" }], total: 2 },
    },
    { fields: "services.config/name", part: { services: [{ config: { name: "x" } }, {}] } },
    { fields: "services,services/name", part: { services: ANSWER.services } },
    { fields: "services(*)", part: { services: ANSWER.services } },
    { fields: "*", part: ANSWER },
    { fields: "*/name", part: { services: [{ name: "a" }, { name: "b" }], ...scalars() } },
    { fields: "total", part: { total: 2 } },
    { fields: "absent", part: {} },
    { fields: "total/deeper", part: { total: 2 } },
    { fields: "  ", part: ANSWER },
    { fields: null, part: ANSWER },
  ])("to '$fields'", ({ fields, part }) => {
    expect(partialResponse(ANSWER, fields)).toEqual(part);
  });

  it.each([
    ["services(", "(it ends early)"],
    ["services(name", "(it ends early)"],
    ["services()", ")"],
    ["services(name))", ")"],
    ["services(name)name", "name"],
    ["a,,b", ",b"],
    ["/name", "/name"],
    ["name/", "(it ends early)"],
    ["na me", "na me"],
    ["queues(".repeat(1000), "queues(".repeat(1000).slice(0, 40)],
    ["a/".repeat(4000), "a/".repeat(4000).slice(0, 40)],
    ["__proto__/x,a!", "a!"],
  ])("refuses '%s'", (fields, place) => {
    expect(() => partialResponse(ANSWER, fields)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `Invalid field selection ${place}`,
      }),
    );
  });
});

function scalars(): object {
  const { nextPageToken, total } = ANSWER;
  return { nextPageToken, total };
}
