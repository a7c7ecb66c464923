import { X509Certificate } from "node:crypto";
import { OAuth2Client } from "google-auth-library";
import { exportSPKI, generateKeyPair } from "jose";
import { selfSigned } from "../../iam/certificate.ts";
import { startLocalCloud } from "../../startLocalCloud.ts";

describe("The certificate of a key (G 4.3)", () => {
  it("is of that key, signed by it, and good at any time", async () => {
    const keys = await generateKeyPair("RS256");

    const certificate = new X509Certificate(await selfSigned(keys));

    const { publicKey } = certificate;
    expect(publicKey.export({ type: "spki", format: "pem" }).toString().trim()).toBe(
      (await exportSPKI(keys.publicKey)).trim(),
    );
    expect([certificate.verify(publicKey), certificate.checkIssued(certificate)]).toEqual([
      true,
      true,
    ]);
    expect([certificate.subject, certificate.validFrom, certificate.validTo]).toEqual([
      "CN=the local cloud",
      "Jan  1 00:00:00 2000 GMT",
      "Dec 31 23:59:59 9999 GMT",
    ]);
  });

  it("is what Google's own library verifies a token by, and refuses another's", async () => {
    await using cloud = await startLocalCloud();
    await using other = await startLocalCloud();
    const account = `worker@${cloud.project}.iam.gserviceaccount.com`;
    const audience = "https://worker.example";
    const idToken = async ({ endpoint, project }: typeof cloud): Promise<string> => {
      const accounts = `${endpoint}/v1/projects/${project}/serviceAccounts`;
      await post(accounts, { accountId: "worker" });
      const { token } = await post(`${accounts}/${account}:generateIdToken`, { audience });
      return token ?? "";
    };
    const client = new OAuth2Client({
      endpoints: { oauth2FederatedSignonPemCertsUrl: `${cloud.endpoint}/oauth2/v1/certs` },
      transporterOptions: { fetchImplementation: fetch },
    });

    const ticket = await client.verifyIdToken({ idToken: await idToken(cloud), audience });

    expect(ticket.getPayload()).toMatchObject({
      iss: "https://accounts.google.com",
      aud: audience,
      email: account,
      email_verified: true,
    });
    await expect(client.verifyIdToken({ idToken: await idToken(other), audience })).rejects.toThrow(
      "No pem found for envelope",
    );
    await expect(
      client.verifyIdToken({ idToken: await idToken(cloud), audience: "https://other.example" }),
    ).rejects.toThrow("Wrong recipient");
  });
});

async function post(url: string, body: object): Promise<{ readonly token?: string }> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return (await response.json()) as { token?: string };
}
