import * as z from "zod";
import { secret, setting, type Setting } from "../../../../tasks/contract/setting.ts";
import { withStandIns } from "../../stack/standIns.ts";

const settings = {
  from: setting(z.string().min(1), "The sender.", { example: "an-example" }),
  server: secret(z.string().min(1), "The server.", { example: "smtp://x.invalid", local: "mail" }),
  note: setting(z.string().optional(), "May be missing.", { example: "a-note" }),
};

const byExample = ({ example }: Setting) => example;

/** The settings of a stack's file after that, and what was filled in. */
function complete(
  given: string | undefined,
  {
    secure = {},
    standIn = byExample,
  }: { secure?: Record<string, string>; standIn?: typeof byExample } = {},
) {
  const config: Record<string, string> = given === undefined ? {} : { "app:settings": given };
  const completed = withStandIns({ project: "app", config, secure }, settings, standIn);
  const { "app:settings": text = "{}" } = completed.config;
  return { settings: JSON.parse(text) as unknown, filledIn: completed.filledIn };
}

describe("withStandIns", () => {
  it("gives an example to each setting that a stack does not give and must", () => {
    expect(complete(undefined)).toEqual({
      settings: { from: "an-example", server: "smtp://x.invalid" },
      filledIn: ["app:settings.from", "app:settings.server"],
    });
  });

  it("honours what a stack's file sets, wherever else it could come from", () => {
    const down = '{"from":"me","server":"smtp://127.0.0.1:1"}';

    expect(complete(down, { standIn: () => "smtp://127.0.0.1:8126" })).toEqual({
      settings: { from: "me", server: "smtp://127.0.0.1:1" },
      filledIn: [],
    });
  });

  it("gives one to what is encrypted, be it the setting or all of them", () => {
    expect(complete('{"from":"me"}', { secure: { "app:settings.server": "v1:a" } })).toEqual({
      settings: { from: "me", server: "smtp://x.invalid" },
      filledIn: ["app:settings.server"],
    });
    expect(complete(undefined, { secure: { "app:settings": "v1:a" } })).toEqual({
      settings: { from: "an-example", server: "smtp://x.invalid", note: "a-note" },
      filledIn: ["app:settings.from", "app:settings.server", "app:settings.note"],
    });
  });

  it("asks for each which one it is", () => {
    const standIn = ({ local, example }: Setting) => (local === "mail" ? "smtp://sink" : example);

    expect(complete(undefined, { standIn }).settings).toEqual({
      from: "an-example",
      server: "smtp://sink",
    });
  });

  it("leaves what is no group of settings to the program, which says so", () => {
    const config = { "app:settings": "a text" };

    expect(withStandIns({ project: "app", config, secure: {} }, settings, byExample)).toEqual({
      config,
      filledIn: [],
    });
  });
});
