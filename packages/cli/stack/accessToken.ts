import { GoogleAuth } from "google-auth-library";
import { CommandError, EXIT } from "../command/exitCodes.ts";

/** It keeps a token for as long as that is good. */
let auth: GoogleAuth | undefined;

const LOG_IN = "run 'gcloud auth application-default login'.";
const NOBODY = `There are no application default credentials: ${LOG_IN}`;

/** An access token of whoever is logged in on this machine. */
export async function accessToken(): Promise<string> {
  auth ??= new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  const token = await auth.getAccessToken().catch((error: unknown) => {
    throw refusalOf(error) ?? error;
  });
  if (token !== null && token !== undefined) return token;
  throw new CommandError(EXIT.permission, NOBODY);
}

/** What no second try mends: nobody is logged in, or is so no more. */
function refusalOf(error: unknown): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith("Could not load the default credentials")) {
    return new CommandError(EXIT.permission, NOBODY, { cause: error });
  }
  const { response }: Refused = error;
  const status = response?.status ?? 0;
  if (status < 400 || status >= 500) return undefined;
  return new CommandError(
    EXIT.permission,
    `The application default credentials are good no more (${error.message}): ${LOG_IN}`,
    { cause: error },
  );
}

/** What the library adds to an error where somebody answered. */
interface Refused extends Error {
  readonly response?: { readonly status?: number };
}
