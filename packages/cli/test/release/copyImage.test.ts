import { existsSync, readFileSync, statSync } from "node:fs";
import { copyImage, type Copying } from "../../release/copyImage.ts";
import { runSkopeo } from "../../release/skopeo.ts";
import { describeWith, Registry } from "../image/dockerEngine.ts";
import { digestOf, manifestAt, pushImage, pushIndex, type Destination } from "./pushedImages.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const TOKEN = "a-token";
/** Of that token. */
const BCRYPT = "$2b$04$KVosTAw6gt78GjPPUpn1CO2wrcTtWxoWGrilvn.trauCf15SUfBPK";

/** What skopeo is told, and what it finds in its login. */
async function told(change: Partial<Copying> = {}) {
  const calls: { args: readonly string[]; file: string; mode: number; login: unknown }[] = [];
  const name = await copyImage(
    {
      image: { repository: "europe-west1-docker.pkg.dev/octo-dev/images/runner", digest: DIGEST },
      repository: "us-east1-docker.pkg.dev/octo-prod/images/runner",
      tag: "c0ffee",
      token: TOKEN,
      ...change,
    },
    async (args) => {
      const file = args[args.indexOf("--authfile") + 1] ?? "";
      const mode = statSync(file).mode & 0o777;
      calls.push({ args, file, mode, login: JSON.parse(readFileSync(file, "utf8")) });
    },
  );
  return { ...calls[0]!, name };
}

describe("copying an image", () => {
  it("has skopeo copy all of it under its digest, and tag it", async () => {
    const { args, file, name } = await told();

    expect(args).toEqual([
      "copy",
      "--all",
      "--preserve-digests",
      "--authfile",
      file,
      `docker://europe-west1-docker.pkg.dev/octo-dev/images/runner@${DIGEST}`,
      "docker://us-east1-docker.pkg.dev/octo-prod/images/runner:deployed-c0ffee",
    ]);
    expect(name).toBe(`us-east1-docker.pkg.dev/octo-prod/images/runner@${DIGEST}`);
  });

  it("keeps the token out of the arguments, in a file that is its own user's and gone afterwards", async () => {
    const { args, file, mode, login } = await told();

    const auth = Buffer.from(`oauth2accesstoken:${TOKEN}`).toString("base64");
    expect(args.filter((arg) => arg.includes(TOKEN) || arg.includes(auth))).toEqual([]);
    expect(mode).toBe(0o600);
    expect(login).toEqual({
      auths: {
        "us-east1-docker.pkg.dev": { auth },
        "europe-west1-docker.pkg.dev": { auth },
      },
    });
    expect(existsSync(file)).toBe(false);
  });

  it("leaves no login behind where it fails", async () => {
    let file = "";
    const copied = copyImage(
      {
        image: { repository: "gcr.io/p/worker", digest: DIGEST },
        ...{ repository: "gcr.io/q/worker", tag: "a", token: TOKEN },
      },
      async (args) => {
        file = args[args.indexOf("--authfile") + 1] ?? "";
        throw new Error("no");
      },
    );

    await expect(copied).rejects.toThrow("no");
    expect(file).not.toBe("");
    expect(existsSync(file)).toBe(false);
  });

  it.each(["evil.example", "pkg.dev.evil.example", "evilgcr.io"])(
    "shows the token to the stack's own registry and Google's, and not to '%s'",
    async (host) => {
      const { login } = await told({
        image: { repository: `${host}/p/worker`, digest: DIGEST },
        repository: "mirror.example.com/p/r/worker",
      });

      const { auths } = login as { auths: object };
      expect(Object.keys(auths)).toEqual(["mirror.example.com"]);
    },
  );

  it.each(["", "a b", "a:b", "é", "x".repeat(101)])("refuses the tag '%s'", async (tag) => {
    await expect(told({ tag })).rejects.toThrow(
      `Tag '${tag}' must be at most 100 letters, digits, '_', '.' and '-', such as a commit.`,
    );
  });

  it("says how to get skopeo where there is none", async () => {
    await expect(runSkopeo(["copy"], { environment: { PATH: "/nowhere" } })).rejects.toThrow(
      "Images are copied by 'skopeo', which is not installed. Install it ('apt-get install skopeo', " +
        "'brew install skopeo'; https://github.com/containers/skopeo/blob/main/install.md) and run this again.",
    );
  });
});

describeWith(["docker-registry", "skopeo"], "An image that is copied by skopeo", () => {
  let registry: Registry;
  let dev: Destination;
  let prod: Destination;

  beforeAll(async () => {
    registry = new Registry(BCRYPT);
    const host = await registry.host;
    dev = { host, repository: "octo-dev/images/runner", token: TOKEN };
    prod = { host, repository: "octo-prod/pictures/runner", token: TOKEN };
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const copy = (digest: string, token = TOKEN) =>
    copyImage({
      image: { repository: `${dev.host}/${dev.repository}`, digest },
      repository: `${prod.host}/${prod.repository}`,
      ...{ tag: "c0ffee", token },
    });

  it("has the same digest there, and its tag", async () => {
    const { digest } = await pushImage(dev);

    expect(await copy(digest)).toBe(`${prod.host}/${prod.repository}@${digest}`);

    expect(digestOf(await manifestAt(prod, digest))).toBe(digest);
    expect(digestOf(await manifestAt(prod, "deployed-c0ffee"))).toBe(digest);
  });

  it("may be an index of several, each of which is copied", async () => {
    const { digest, manifests } = await pushIndex(dev, ["amd64", "arm64", "s390x"]);

    await copy(digest);

    expect(await manifestAt(prod, "deployed-c0ffee")).toEqual(await manifestAt(dev, digest));
    for (const { digest: one } of manifests) {
      expect(digestOf(await manifestAt(prod, one))).toBe(one);
    }
  });

  it("may be there already", async () => {
    const { digest } = await pushImage(dev);
    await copy(digest);

    expect(await copy(digest)).toBe(`${prod.host}/${prod.repository}@${digest}`);
  });

  it("is told of where there is none, and where the login is refused", async () => {
    await expect(copy(DIGEST)).rejects.toThrow(/^skopeo cannot copy the image: .*manifest unknown/);
    await expect(copy(DIGEST, "another-token")).rejects.toThrow(
      /^skopeo cannot copy the image: .*unauthorized/,
    );
  });
});
