import type { FieldType } from "../../api/protoJson.ts";
import { applyMask, parseMask } from "../../api/updateMask.ts";

const MESSAGE = {
  speed: "int32",
  labels: { map: "string" },
  rotation: "struct",
  policies: { map: "struct" },
  target: {
    message: { uri: "string", oidcToken: "struct", oauthToken: "struct" },
    oneofs: { authorization_header: ["oauthToken", "oidcToken"] },
  },
} as const satisfies Record<string, FieldType>;

const OLD = {
  speed: 1,
  labels: { a: "1", my_key: "2" },
  rotation: { period: "1s", next: { time: "2s" } },
  policies: { keep: { id: "k", condition: { days: 1 } } },
  target: { uri: "u", oidcToken: { email: "i" } },
};

/** `OLD` after an update. */
function updated(mask: string, fresh: object): object {
  return applyMask<object>(OLD, fresh, parseMask(mask, MESSAGE), { message: MESSAGE });
}

describe("An update mask (G 1.1)", () => {
  it.each([
    {
      mask: "labels.a",
      fresh: { labels: { a: "9", other: "8" } },
      labels: { a: "9", my_key: "2" },
    },
    { mask: "labels.a", fresh: {}, labels: { my_key: "2" } },
    { mask: "labels.a", fresh: { labels: {} }, labels: { my_key: "2" } },
    { mask: "labels.my_key", fresh: { labels: { my_key: "9" } }, labels: { a: "1", my_key: "9" } },
    {
      mask: "labels.`run.example/x`",
      fresh: { labels: { "run.example/x": "9" } },
      labels: { a: "1", my_key: "2", "run.example/x": "9" },
    },
    { mask: "labels.a,labels.my_key", fresh: {}, labels: undefined },
    { mask: "labels", fresh: { labels: { c: "3" } }, labels: { c: "3" } },
  ])("$mask with $fresh leaves the labels $labels", ({ mask, fresh, labels }) => {
    const { labels: before, ...others } = OLD;

    expect(updated(mask, fresh)).toEqual({ ...others, ...(labels && { labels }) });
    expect(OLD.labels).toBe(before);
  });

  it("reaches into what is not known field by field", () => {
    expect(updated("rotation.next.time", { rotation: { next: { time: "3s" } } })).toEqual({
      ...OLD,
      rotation: { period: "1s", next: { time: "3s" } },
    });
    expect(
      updated("policies.keep.condition", { policies: { keep: { condition: { days: 2 } } } }),
    ).toEqual({ ...OLD, policies: { keep: { id: "k", condition: { days: 2 } } } });
  });

  it("takes away what cannot be there beside what it sets", () => {
    expect(updated("target.oauthToken", { target: { oauthToken: { email: "o" } } })).toEqual({
      ...OLD,
      target: { uri: "u", oauthToken: { email: "o" } },
    });
    expect(updated("target.oauth_token", { target: {} })).toEqual(OLD);
  });

  it.each(["Speed", "speed.x", "labels.", "target.uri.x", "speed,"])(
    "'%s' is refused for a field that there is not",
    (mask) => {
      expect(() => parseMask(mask, MESSAGE)).toThrow(
        /^Invalid path '.*' in the update mask: no such field\.$/,
      );
    },
  );

  it.each([null, "", " ", "*"])("'%s' names all fields", (mask) => {
    expect(parseMask(mask, MESSAGE)).toBeUndefined();
  });
});
