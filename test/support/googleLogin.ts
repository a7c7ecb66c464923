import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The token that it gives. */
export const LOGIN_TOKEN = "a-token-of-the-deployer";

/** A login at Google that works on this machine alone. */
export interface GoogleLogin extends Disposable {
  /** The value of GOOGLE_APPLICATION_CREDENTIALS. */
  readonly file: string;
  /** Where it tells whose a token is, as https://oauth2.googleapis.com does. */
  readonly endpoint: string;
  /** Whether it gives no token. */
  refuses: boolean;
  /** Whose its tokens are, as far as it tells. */
  email: string | undefined;
}

/**
 * Writes credentials into a folder, of the kind that a job on GitHub gets, and serves the token that they are
 * exchanged for. A local cloud takes any token of another's making for the project's owner.
 */
export async function googleLogin(folder: string): Promise<GoogleLogin> {
  const server = createServer(({ url }, response) => {
    if (url === "/tokeninfo") {
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ expires_in: 3600, email: login.email }));
      return;
    }
    if (login.refuses) response.statusCode = 400;
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        access_token: LOGIN_TOKEN,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: 3600,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const token = join(folder, "github-token");
  writeFileSync(token, "a-token-of-the-job");
  const file = join(folder, "google-login.json");
  const credentials = {
    type: "external_account",
    audience:
      "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `http://127.0.0.1:${port}/v1/token`,
    credential_source: { file: token },
  };
  writeFileSync(file, JSON.stringify(credentials));

  const login: GoogleLogin = {
    file,
    endpoint: `http://127.0.0.1:${port}`,
    refuses: false,
    email: undefined,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return login;
}
