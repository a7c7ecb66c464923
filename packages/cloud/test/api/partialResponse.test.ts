import { partialResponse } from "../../api/partialResponse.ts";

const ANSWER = {
  services: [
    { name: "a", state: "ENABLED", config: { name: "x", title: "X" } },
    { name: "b", state: "DISABLED" },
  ],
  nextPageToken: "t",
  total: 2,
};

describe("partialResponse", () => {
  it.each([
    {
      fields: "services/name,nextPageToken",
      answer: { services: [{ name: "a" }, { name: "b" }], nextPageToken: "t" },
    },
    {
      fields: "services/name,services/config/title",
      answer: { services: [{ name: "a", config: { title: "X" } }, { name: "b" }] },
    },
    { fields: "services,services/name", answer: { services: ANSWER.services } },
    { fields: "total", answer: { total: 2 } },
    { fields: "absent", answer: {} },
    { fields: "total/deeper", answer: { total: 2 } },
    { fields: null, answer: ANSWER },
    { fields: "services(name)", answer: ANSWER },
  ])("answers '$fields'", ({ fields, answer }) => {
    expect(partialResponse(ANSWER, fields)).toEqual(answer);
  });
});
