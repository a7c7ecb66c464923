import { githubApi } from "../../../review/github/githubApi.ts";
import { dropLabel } from "../../../review/reviewStack/dropLabel.ts";
import { githubRecorder, type Answer } from "../../support/githubRecorder.ts";

describe("The label of a review stack", () => {
  const drop = async (answer: Answer): Promise<string[]> => {
    const { sent, send } = githubRecorder([answer]);
    const api = githubApi({ url: "https://api.github.com", repository: "o/r", token: "t", send });
    await dropLabel(api, 7);
    return sent.map(({ method, path }) => `${method} ${path}`);
  };
  const CALLS = ["DELETE /repos/o/r/issues/7/labels/review-stack"];

  it("is taken from the pull request", async () => {
    expect(await drop({ body: [] })).toEqual(CALLS);
  });

  it("may be gone already", async () => {
    expect(await drop({ status: 404, body: { message: "Label does not exist" } })).toEqual(CALLS);
  });

  it("stays, and is said to, where GitHub refuses", async () => {
    await expect(
      drop({ status: 403, body: { message: "Resource not accessible" } }),
    ).rejects.toThrow(
      "GitHub refuses DELETE /issues/7/labels/review-stack with 403: Resource not accessible",
    );
  });
});
