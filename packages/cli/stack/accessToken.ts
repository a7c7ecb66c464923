import { GoogleAuth } from "google-auth-library";

/** An access token of whoever is logged in on this machine. */
export async function accessToken(): Promise<string> {
  const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  const token = await auth.getAccessToken();
  if (token === null || token === undefined) {
    throw new Error(
      "There are no application default credentials: run 'gcloud auth application-default login'.",
    );
  }
  return token;
}
