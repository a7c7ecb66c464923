import { isDeployer } from "./deployer.ts";
import { GoogleError } from "./googleError.ts";
import type { Json } from "./parseJson.ts";

/** A request to a plain route. */
export interface PlainRequest {
  /** `http://127.0.0.1:8123`: the address under which the caller sees the local cloud. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json | undefined;
}

/** Answers a path that is not a method of Google's API, with JSON. */
export type PlainRoute = (request: PlainRequest) => object | Promise<object>;

/** What the local cloud answers about itself, by verb and path: `GET /local/v1/outputs`. */
export type ControlRoutes = Readonly<
  Record<string, (body: Json | undefined, isDeployer: boolean) => object | Promise<object>>
>;

/** An access token, as a metadata server gives it. */
export interface OwnerToken {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly token_type: "Bearer";
}

export interface PlainRoutesOptions {
  /** The `iss` of ID tokens. */
  readonly issuer: string;
  readonly jwks: () => Promise<object>;
  /** The certificates of the same keys, by their ids: Google's own libraries verify by these. */
  readonly certificates: () => Promise<object>;
  /** The token of the person at the laptop, for clients that know nothing but a metadata server. */
  readonly ownerToken: () => OwnerToken;
  readonly controlRoutes: ControlRoutes;
  /** The token of whoever started the cloud: see `isDeployer`. */
  readonly deployToken: string;
}

/** Every plain route, by verb and path. They are for callers on this machine. */
export function plainRoutes({
  issuer,
  jwks,
  certificates,
  ownerToken,
  controlRoutes,
  deployToken,
}: PlainRoutesOptions): ReadonlyMap<string, PlainRoute> {
  const control = Object.entries(controlRoutes).map(([route, answer]): [string, PlainRoute] => [
    route,
    ({ headers, body }) =>
      answer(body, isDeployer(headers["authorization"]?.toString(), deployToken)),
  ]);
  return new Map<string, PlainRoute>([
    ...control,
    ["GET /oauth2/v1/certs", certificates],
    ["GET /oauth2/v3/certs", jwks],
    ["GET /.well-known/openid-configuration", ({ address }) => discovery(issuer, address)],
    [
      "GET /computeMetadata/v1/instance/service-accounts/default/token",
      ({ headers }) => {
        requireMetadataFlavor(headers);
        return ownerToken();
      },
    ],
  ]);
}

/** Whether a path is one of sign-in, or of the keys of accounts, of which Google has more than the routes here. */
export function isSignIn(path: string): boolean {
  return /^\/(?:oauth2|robot)\/|^\/(?:token|tokeninfo|revoke)$/.test(path);
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html */
function discovery(issuer: string, address: string): object {
  return {
    issuer,
    jwks_uri: `${address}/oauth2/v3/certs`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

/** The header that no web page can send without asking first, and no proxy adds. */
function requireMetadataFlavor(headers: PlainRequest["headers"]): void {
  if (headers["metadata-flavor"] === "Google" && headers["x-forwarded-for"] === undefined) return;
  throw new GoogleError(
    "PERMISSION_DENIED",
    "A token is given to requests with the header 'Metadata-Flavor: Google' and without 'X-Forwarded-For'.",
  );
}
