import { judgeImage, type ImageFacts } from "../../image/judgeImage.ts";

const good: ImageFacts = {
  user: 65532,
  health: 200,
  ping: { invoker: 204, stranger: 403 },
  stop: { ms: 120, exitCode: 0 },
  labels: {
    "org.opencontainers.image.title": "worker",
    "org.opencontainers.image.description": "It works.",
  },
  bytesOverBase: 1_540_000,
  contexts: ["ab".repeat(32), "ab".repeat(32)],
};

describe("judgeImage", () => {
  it("finds nothing wrong with an image that is as it should be", () => {
    expect(judgeImage(good).map(({ check, found, isGood }) => [check, found, isGood])).toEqual([
      ["user", "65532", true],
      ["GET /health, read-only root file system", "200", true],
      ["a ping of the invoker", "204", true],
      ["a ping of somebody else", "403", true],
      ["SIGTERM", "exit code 0 after 0.1 s", true],
      ["labels", "both", true],
      ["size over the base", "1.54 MB", true],
      ["build context, bundled twice", "abababababab", true],
    ]);
  });

  it.each<[string, Partial<ImageFacts>, string]>([
    ["user", { user: 0 }, "0"],
    ["GET /health, read-only root file system", { health: 0 }, "0"],
    ["a ping of the invoker", { ping: { invoker: 422, stranger: 403 } }, "422"],
    ["a ping of somebody else", { ping: { invoker: 204, stranger: 204 } }, "204"],
    ["SIGTERM", { stop: { ms: 10_000, exitCode: 0 } }, "exit code 0 after 10.0 s"],
    ["SIGTERM", { stop: { ms: 100, exitCode: 137 } }, "exit code 137 after 0.1 s"],
    [
      "labels",
      { labels: { "org.opencontainers.image.title": "worker" } },
      "no org.opencontainers.image.description",
    ],
    ["size over the base", { bytesOverBase: 3_010_000 }, "3.01 MB"],
    [
      "build context, bundled twice",
      { contexts: ["ab".repeat(32), "cd".repeat(32)] },
      "abababababab, cdcdcdcdcdcd",
    ],
  ])("fails only '%s' with %j", (name, change, found) => {
    const failed = judgeImage({ ...good, ...change }).filter(({ isGood }) => !isGood);

    expect(failed.map((check) => [check.check, check.found])).toEqual([[name, found]]);
  });
});
