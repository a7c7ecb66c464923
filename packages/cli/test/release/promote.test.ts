import { promote, type Promoting } from "../../release/promote.ts";

const PROMOTION = { image: "dev@sha256:1", stack: "prod", tag: "c0ffee" };

/** What is done, in its order. */
function recorder(running: string | undefined, judged?: Error) {
  const done: string[] = [];
  const note = (text: string) => Promise.resolve(void done.push(text));
  const promoting: Promoting = {
    running: () => Promise.resolve(running),
    judge: (stack) => (judged ? Promise.reject(judged) : note(`judge ${stack}`)),
    use: (stack, image) => note(`use ${stack} ${image}`),
    up: (stack, args) => note(`up ${stack} ${args.join(" ")}`),
    copy: ({ image, tag }) => note(`copy ${image} ${tag}`).then(() => "prod@sha256:1"),
  };
  return { done, promoting };
}

describe("A promotion", () => {
  it("copies the image and has the next 'up' run the copy", async () => {
    const { done, promoting } = recorder("prod@sha256:0");

    expect(await promote(PROMOTION, promoting)).toBe("prod@sha256:1");
    expect(done).toEqual(["copy dev@sha256:1 c0ffee", "use prod prod@sha256:1"]);
  });

  it("makes the repository first where the stack runs nothing yet, once the whole stack was judged", async () => {
    const { done, promoting } = recorder(undefined);

    await promote(PROMOTION, promoting);

    expect(done).toEqual([
      "judge prod",
      "use prod dev@sha256:1",
      "up prod --target **background-tasks:services:Services** --target **background-tasks:image:WorkerImage**",
      "copy dev@sha256:1 c0ffee",
      "use prod prod@sha256:1",
    ]);
  });

  it("makes nothing of a stack that breaks the policy", async () => {
    const { done, promoting } = recorder(undefined, new Error("It breaks a rule."));

    await expect(promote(PROMOTION, promoting)).rejects.toThrow("It breaks a rule.");
    expect(done).toEqual([]);
  });
});
