import { execFile } from "node:child_process";
import { get } from "node:http";
import { promisify } from "node:util";
import { decodeJwt } from "jose";
import { startMetadataServer, type MetadataServer } from "../../run/metadataServer.ts";
import { startLocalIam, type LocalIam } from "../iam/localIam.ts";

const ACCOUNT = "runtime@p.iam.gserviceaccount.com";
const DEFAULT = "/computeMetadata/v1/instance/service-accounts/default";

let iam: LocalIam;
let server: MetadataServer;

beforeAll(async () => {
  iam = startLocalIam();
  await iam.account("runtime");
  server = await startMetadataServer({
    account: ACCOUNT,
    project: "p",
    projectNumber: "123456789012",
    region: "europe-west1",
    authority: iam.authority,
  });
});

afterAll(() => server.close());

function ask(path: string, headers: Record<string, string> = { "Metadata-Flavor": "Google" }) {
  return new Promise<{ status: number | undefined; flavor: unknown; body: string }>((resolve) => {
    get(`http://${server.host}${path}`, { headers }, (response) => {
      let body = "";
      response
        .on("data", (chunk: Buffer) => (body += chunk.toString()))
        .on("end", () => {
          resolve({
            status: response.statusCode,
            flavor: response.headers["metadata-flavor"],
            body,
          });
        });
    });
  });
}

// google-cloud.md 5.3
describe("The metadata server (G 5.3)", () => {
  it.each([
    { path: "/computeMetadata/v1/project/project-id", value: "p" },
    { path: "/computeMetadata/v1/project/numeric-project-id", value: "123456789012" },
    {
      path: "/computeMetadata/v1/instance/region",
      value: "projects/123456789012/regions/europe-west1",
    },
    { path: `${DEFAULT}/email`, value: ACCOUNT },
    { path: `${DEFAULT}/scopes`, value: "https://www.googleapis.com/auth/cloud-platform\n" },
    {
      path: `/computeMetadata/v1/instance/service-accounts/${ACCOUNT}/email`,
      value: ACCOUNT,
    },
  ])("gives $path", async ({ path, value }) => {
    expect(await ask(path)).toEqual({ status: 200, flavor: "Google", body: value });
  });

  it("gives an access token of its account", async () => {
    const { body } = await ask(`${DEFAULT}/token`);

    const { access_token: token, ...rest } = JSON.parse(body);
    expect(rest).toEqual({ expires_in: 3540, token_type: "Bearer" });
    expect(iam.authority.identify(`Bearer ${token}`)).toBe(`serviceAccount:${ACCOUNT}`);
  });

  it("gives an ID token for an audience, and wants one", async () => {
    const { body } = await ask(`${DEFAULT}/identity?audience=https://a.example`);

    expect(decodeJwt(body)).toMatchObject({ aud: "https://a.example", email: ACCOUNT });
    expect((await ask(`${DEFAULT}/identity`)).status).toBe(400);
  });

  it("says to everybody that it is one", async () => {
    expect(await ask("/", {})).toMatchObject({ status: 200, flavor: "Google" });
  });

  it("refuses a request that a browser or a proxy may have been led to make", async () => {
    const forwarded = { "Metadata-Flavor": "Google", "X-Forwarded-For": "10.0.0.1" };

    for (const path of [`${DEFAULT}/token`, `${DEFAULT}/identity?audience=https://a.example`]) {
      expect((await ask(path, {})).status).toBe(403);
      expect((await ask(path, { "Metadata-Flavor": "Other" })).status).toBe(403);
    }
    expect((await ask(`${DEFAULT}/token`, forwarded)).status).toBe(403);
  });

  it.each([
    { host: "evil.example:80" },
    { host: "127.0.0.1.evil.example" },
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
  ])("refuses a web page, whose name resolves to it or not: %j", async (headers) => {
    const asked = { "Metadata-Flavor": "Google", ...headers };

    for (const path of [`${DEFAULT}/token`, "/"]) {
      expect((await ask(path, asked)).status).toBe(403);
    }
  });

  it("answers by its names at Google too", async () => {
    for (const host of ["metadata.google.internal", "169.254.169.254", "metadata"]) {
      const asked = { "Metadata-Flavor": "Google", host };
      expect((await ask(`${DEFAULT}/email`, asked)).body).toBe(ACCOUNT);
    }
  });

  it("does not know other paths", async () => {
    expect((await ask("/computeMetadata/v1/instance/attributes/x")).status).toBe(404);
  });

  it("is where Google's client libraries get their tokens", async () => {
    const program = `
      import { GoogleAuth } from "google-auth-library";
      const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
      console.log(await auth.getAccessToken());`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", program],
      // As a container has it: no credentials of a developer's.
      { env: { GCE_METADATA_HOST: server.host, HOME: "/nonexistent" } },
    );

    expect(iam.authority.identify(`Bearer ${stdout.trim()}`)).toBe(`serviceAccount:${ACCOUNT}`);
    expect(stdout.trim()).not.toBe("");
  });
});
