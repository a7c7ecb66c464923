import { drawIds } from "../../apply/drawIds.ts";
import { apiAt } from "../../resources/api.ts";
import { randomId } from "../../resources/randomId.ts";

const EMAIL = { byteLength: 4, prefix: "local-email-", keepers: { location: "europe-west1" } };
const REPORTS = { ...EMAIL, prefix: "local-reports-" };

/** The ids that a stack draws for these inputs, one after another. */
async function drawn(stack: string, had: readonly string[], ...all: readonly object[]) {
  const context = {
    api: apiAt("http://127.0.0.1:1"),
    project: "local-project",
    region: "europe-west1",
    draw: drawIds(stack, had),
  };
  const ids: { id: string; hex: unknown }[] = [];
  for (const inputs of all) {
    const { id, outputs } = await randomId.create({ ...inputs }, context);
    ids.push({ id, hex: outputs["hex"] });
  }
  return ids;
}

describe("A random id on the local cloud", () => {
  it("is the same whenever the stack is made anew, in whatever order", async () => {
    const [email, reports] = await drawn("local", [], EMAIL, REPORTS);
    const again = await drawn("local", [], REPORTS, EMAIL);

    expect(again).toEqual([reports, email]);
    expect(email!.hex).toMatch(/^local-email-[0-9a-f]{8}$/);
  });

  it("differs with the stack and with a keeper", async () => {
    const moved = { ...EMAIL, keepers: { location: "europe-west3" } };
    const [here] = await drawn("local", [], EMAIL);
    const [there] = await drawn("local", [], moved);
    const [other] = await drawn("other", [], EMAIL);

    expect(new Set([here!.hex, there!.hex, other!.hex]).size).toBe(3);
  });

  it("is none that the stack has had, and then the same again", async () => {
    const [first] = await drawn("local", [], EMAIL);
    const [second] = await drawn("local", [first!.id], EMAIL);

    expect(second!.id).not.toBe(first!.id);
    expect(await drawn("local", [], EMAIL, EMAIL)).toEqual([first, second]);
  });
});
