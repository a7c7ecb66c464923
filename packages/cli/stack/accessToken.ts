import { GoogleAuth } from "google-auth-library";
import * as z from "zod";
import { CommandError, EXIT } from "../command/exitCodes.ts";

/** It keeps a token for as long as that is good. */
let auth: GoogleAuth | undefined;

const LOG_IN = "run 'gcloud auth application-default login'.";
const NOBODY = `There are no application default credentials: ${LOG_IN}`;

/** An access token of whoever is logged in on this machine. */
export async function accessToken(): Promise<string> {
  const token = await login()
    .getAccessToken()
    .catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
  if (token !== null && token !== undefined) return token;
  throw new CommandError(EXIT.permission, NOBODY);
}

function login(): GoogleAuth {
  auth ??= new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  return auth;
}

/** https://developers.google.com/identity/protocols/oauth2: what Google tells of a token to whoever has it. */
const TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo";
const ANSWER_MS = 20_000;
const tokenInfo = z.object({ email: z.string() });

/** The email of whoever is logged in on this machine. Throws where Google does not tell it. */
export async function accountEmail(): Promise<string> {
  const token = await accessToken();
  // A service account's login has it.
  const { client_email: own } = await login().getCredentials();
  if (own !== undefined) return own;
  let answer: unknown;
  try {
    const response = await fetch(TOKEN_INFO, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    answer = await response.json();
  } catch (error) {
    const message = `Google gives no answer to who is logged in here: ${String(error)}.`;
    throw new CommandError(EXIT.noAnswer, message, { cause: error });
  }
  const { data } = tokenInfo.safeParse(answer);
  if (data) return data.email;
  throw new CommandError(
    EXIT.permission,
    `Google does not tell the email of whoever is logged in here: ${LOG_IN}`,
  );
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
