import { withBaseImage, withDigest } from "../../pin/baseImage.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const IMAGE = "gcr.io/distroless/nodejs24-debian13:nonroot";

/** A registry that answers so, and what it is asked. */
function registry(...answers: readonly Response[]) {
  const asked: string[] = [];
  const left = [...answers];
  const send: typeof fetch = (url, { headers } = {}) => {
    const { authorization = "-" } = Object.fromEntries(new Headers(headers));
    asked.push(`${new Request(url).url} ${authorization}`);
    return Promise.resolve(left.shift() ?? new Response(null, { status: 404 }));
  };
  return { send, asked };
}

const found = () => new Response(null, { headers: { "docker-content-digest": DIGEST } });

describe("The digest of a base image", () => {
  it("is what the tag names at its registry", async () => {
    const { send, asked } = registry(found());

    expect(await withDigest(IMAGE, send)).toBe(`${IMAGE}@${DIGEST}`);
    expect(asked).toEqual(["https://gcr.io/v2/distroless/nodejs24-debian13/manifests/nonroot -"]);
  });

  it("takes the place of an older one", async () => {
    const { send } = registry(found());

    expect(await withDigest(`${IMAGE}@sha256:${"ff".repeat(32)}`, send)).toBe(`${IMAGE}@${DIGEST}`);
  });

  it("is asked for with the token that the registry gives to anybody", async () => {
    const refused = new Response(null, {
      status: 401,
      headers: {
        "www-authenticate": 'Bearer realm="https://gcr.io/token",service="gcr.io",scope="pull"',
      },
    });
    const { send, asked } = registry(refused, Response.json({ token: "t" }), found());

    expect(await withDigest(IMAGE, send)).toBe(`${IMAGE}@${DIGEST}`);
    expect(asked.slice(1)).toEqual([
      "https://gcr.io/token?service=gcr.io&scope=pull -",
      "https://gcr.io/v2/distroless/nodejs24-debian13/manifests/nonroot Bearer t",
    ]);
  });

  it("is missed where the registry tells none", async () => {
    await expect(withDigest(IMAGE, registry().send)).rejects.toThrow(
      `'gcr.io' tells no digest of image '${IMAGE}': 404 .`,
    );
  });

  it("is of an image with a registry", async () => {
    await expect(withDigest("node:24-slim", registry().send)).rejects.toThrow(
      "Image 'node:24-slim' must be named with its registry, such as 'gcr.io/distroless/nodejs24-debian13:nonroot'.",
    );
  });
});

describe("A stack's file", () => {
  const ENTRY =
    "  # What the worker's file is added to. 'npm run tasks -- pin' writes it.\n" +
    "  app:baseImage: new\n";

  it.each([
    {
      what: "has the image before what it sets",
      text: "# A.\nconfig:\n  # B.\n  b: 1\n",
      written: `# A.\nconfig:\n${ENTRY}  # B.\n  b: 1\n`,
    },
    {
      what: "has it in an older one's place",
      text: "config:\n  a: 1\n  app:baseImage: old\n",
      written: "config:\n  a: 1\n  app:baseImage: new\n",
    },
    {
      what: "keeps a key without a namespace",
      text: "config:\n  baseImage: old\n",
      written: "config:\n  baseImage: new\n",
    },
    { what: "may set nothing yet", text: "# A.\n", written: `# A.\nconfig:\n${ENTRY}` },
    {
      what: "is indented as it was",
      text: "config:\n    a: 1\n",
      written: `config:\n${ENTRY.replace(/^ {2}/gm, "    ")}    a: 1\n`,
    },
  ])("$what", ({ text, written }) => {
    expect(withBaseImage(text, "app", "new")).toBe(written);
  });
});
