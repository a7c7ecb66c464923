import { pinActions } from "../../pin/actionPins.ts";

const OLD = "0".repeat(40);
const NEW = "1".repeat(40);
const commitOf = () => Promise.resolve(NEW);

describe("The actions of a workflow", () => {
  it("are named by the commit of their version", async () => {
    const text = "- uses: octo/build@v1.2.3\n- uses: octo/tools/lint@v2\n";

    expect(await pinActions(text, commitOf)).toEqual({
      text: `- uses: octo/build@${NEW} # v1.2.3\n- uses: octo/tools/lint@${NEW} # v2\n`,
      moved: [],
    });
  });

  it("keep a commit that their version names no longer, and it is told", async () => {
    const text = `- uses: octo/build@${OLD} # v1.2.3\n`;

    expect(await pinActions(text, commitOf)).toEqual({
      text,
      moved: [`octo/build@v1.2.3 (${NEW}, not ${OLD})`],
    });
  });

  it("are left alone where they are this repository's", async () => {
    const text = "- uses: ./.github/actions/set-up\n";

    expect(await pinActions(text, commitOf)).toEqual({ text, moved: [] });
  });
});
