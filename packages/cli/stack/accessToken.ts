import { CommandError, EXIT } from "../command/exitCodes.ts";
import { GoogleAuth } from "google-auth-library";

/** It keeps a token for as long as that is good. */
let auth: GoogleAuth | undefined;

/** An access token of whoever is logged in on this machine. */
export async function accessToken(): Promise<string> {
  auth ??= new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  const token = await auth.getAccessToken();
  if (token === null || token === undefined) {
    throw new CommandError(
      EXIT.permission,
      "There are no application default credentials: run 'gcloud auth application-default login'.",
    );
  }
  return token;
}
