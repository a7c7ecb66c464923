import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ACCESS_TOKEN_GOOD_FOR_MS, type Authority } from "../api/authority.ts";
import { GoogleError } from "../api/googleError.ts";
import { pageProblem } from "../network/pageGuard.ts";

export interface MetadataOptions {
  /** The e-mail address of the account whose tokens it gives. */
  readonly account: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly authority: Authority;
}

/** A running metadata server. */
export interface MetadataServer {
  /** The value of GCE_METADATA_HOST: `127.0.0.1:PORT`. */
  readonly host: string;
  readonly close: () => Promise<void>;
}

/**
 * The metadata server of a container: Google's client libraries get its account's tokens from here.
 * https://cloud.google.com/run/docs/container-contract#metadata-server
 */
export async function startMetadataServer(options: MetadataOptions): Promise<MetadataServer> {
  const server = createServer((request, response) => {
    answer(request, options).then(
      (reply) => {
        send(response, reply);
      },
      (error: unknown) => {
        const status = error instanceof GoogleError ? error.httpStatus : 500;
        send(response, { status, text: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("It has no address.");
  return {
    host: `127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly type?: "application/json";
}

async function answer(request: IncomingMessage, options: MetadataOptions): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://metadata.google.internal");
  const path = url.pathname.replace(/\/$/, "");
  const { host = "" } = request.headers;
  if (!HOSTS.test(host)) {
    return { status: 403, text: `Host '${host}' is not the metadata server's.` };
  }
  const problem = pageProblem(request.headers, [`http://${host}`]);
  if (problem !== undefined) return { status: 403, text: problem };
  // Detection, which needs no header.
  if (path === "") return { status: 200, text: "computeMetadata/\n" };
  if (request.headers["x-forwarded-for"] !== undefined) {
    return { status: 403, text: "A request with X-Forwarded-For is not served." };
  }
  if (request.headers["metadata-flavor"] !== "Google") {
    return { status: 403, text: "Missing Metadata-Flavor:Google header." };
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, text: "Only GET is served." };
  }
  const { account } = options;
  const value = path.replace(`/service-accounts/${account}`, "/service-accounts/default");
  return (await VALUES[value]?.(options, url)) ?? { status: 404, text: `Not found: ${path}` };
}

/** How a container calls it. Any other name is a web page's, whose script has it resolve to 127.0.0.1. */
const HOSTS =
  /^(?:127\.0\.0\.1|localhost|\[::1\]|metadata(?:\.google\.internal)?|169\.254\.169\.254)(?::\d{1,5})?$/i;

type Value = (options: MetadataOptions, url: URL) => Reply | Promise<Reply>;

const ACCOUNTS = "/computeMetadata/v1/instance/service-accounts";

/** What there is, by path. The account may be named `default` or by its e-mail address. */
const VALUES: Readonly<Record<string, Value>> = {
  "/computeMetadata/v1": () => plain("instance/\nproject/\n"),
  "/computeMetadata/v1/instance": () => plain("id\nregion\nservice-accounts/\nzone\n"),
  "/computeMetadata/v1/instance/id": () => plain("local"),
  "/computeMetadata/v1/instance/region": ({ projectNumber, region }) =>
    plain(`projects/${projectNumber}/regions/${region}`),
  "/computeMetadata/v1/instance/zone": ({ projectNumber, region }) =>
    plain(`projects/${projectNumber}/zones/${region}-1`),
  "/computeMetadata/v1/project/project-id": ({ project }) => plain(project),
  "/computeMetadata/v1/project/numeric-project-id": ({ projectNumber }) => plain(projectNumber),
  "/computeMetadata/v1/universe/universe-domain": () => plain("googleapis.com"),
  [ACCOUNTS]: ({ account }) => plain(`default/\n${account}/\n`),
  [`${ACCOUNTS}/default`]: (options, url) =>
    url.searchParams.get("recursive") === "true"
      ? json({ aliases: ["default"], email: options.account, scopes: SCOPES })
      : plain("aliases\nemail\nidentity\nscopes\ntoken\n"),
  [`${ACCOUNTS}/default/aliases`]: () => plain("default\n"),
  [`${ACCOUNTS}/default/email`]: ({ account }) => plain(account),
  [`${ACCOUNTS}/default/scopes`]: () => plain(`${SCOPES.join("\n")}\n`),
  [`${ACCOUNTS}/default/token`]: ({ account, authority }) =>
    json({
      access_token: authority.accessToken(account),
      expires_in: Math.floor(ACCESS_TOKEN_GOOD_FOR_MS / 1000),
      token_type: "Bearer",
    }),
  async [`${ACCOUNTS}/default/identity`]({ account, authority }, url) {
    const audience = url.searchParams.get("audience");
    if (!audience) return { status: 400, text: "non-empty audience parameter required" };
    return plain(await authority.idToken(account, audience));
  },
};

const SCOPES = ["https://www.googleapis.com/auth/cloud-platform"];

function plain(text: string): Reply {
  return { status: 200, text };
}

function json(value: object): Reply {
  return { status: 200, text: JSON.stringify(value), type: "application/json" };
}

function send(response: ServerResponse, { status, text, type }: Reply): void {
  response
    .writeHead(status, {
      "content-type": type ?? "application/text",
      "metadata-flavor": "Google",
      server: "Metadata Server for Serverless",
    })
    .end(text);
}
