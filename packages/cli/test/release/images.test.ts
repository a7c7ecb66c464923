import { deployedImage } from "../../release/deployedImage.ts";
import { hostOf, imageName, parseImage } from "../../release/imageReference.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;

describe("an image's name", () => {
  it("is read as repository and digest", () => {
    const name = `127.0.0.1:5000/p/dev-images/runner@${DIGEST}`;

    const image = parseImage(name);

    expect(image).toEqual({ repository: "127.0.0.1:5000/p/dev-images/runner", digest: DIGEST });
    expect(hostOf(image.repository)).toBe("127.0.0.1:5000");
    expect(imageName(image)).toBe(name);
  });

  it.each([
    "host/p/worker:latest",
    `worker@${DIGEST}`,
    `host/p/worker@sha256:12`,
    `h/p@${DIGEST}\nx`,
  ])("is refused where it names no digest: '%s'", (name) => {
    expect(() => parseImage(name)).toThrow(
      `Image '${name}' is not named by its digest; it must be 'host/project/repository/worker@sha256:…'.`,
    );
  });
});

describe("the image that a stack runs", () => {
  const service = "projects/p/locations/europe-west1/services/dev-runner";

  function cloudRun(status: number, body: object = {}) {
    const asked: [string, string | null][] = [];
    const send = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const { href } = new URL(url instanceof Request ? url.url : url);
      asked.push([href, new Headers(init?.headers).get("authorization")]);
      return new Response(JSON.stringify(body), { status, statusText: "Forbidden" });
    };
    return { asked, send };
  }

  it("is what Cloud Run says", async () => {
    const image = `host/p/worker@${DIGEST}`;
    const { asked, send } = cloudRun(200, { template: { containers: [{ image }] } });

    expect(await deployedImage(service, "t", send)).toBe(image);
    expect(asked).toEqual([[`https://run.googleapis.com/v2/${service}`, "Bearer t"]]);
  });

  it("is none before the first deployment", async () => {
    expect(await deployedImage(service, "t", cloudRun(404).send)).toBeUndefined();
  });

  it("is not guessed where Cloud Run refuses", async () => {
    await expect(deployedImage(service, "t", cloudRun(403).send)).rejects.toThrow(
      `Cloud Run does not tell of '${service}': 403 Forbidden`,
    );
  });
});
