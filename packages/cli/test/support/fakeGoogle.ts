/** What of Google's an answer of its stand-in is like. */
export interface FakeGoogleOptions {
  /** Where a local cloud listens that has the content. */
  readonly endpoint: string;
  /** Tasks of a page, however many are asked for. @default - 1000, the most that Google gives */
  readonly pageSize?: number;
  /** Whether each method is refused as busy at first: once for a quota, once for a service that is overloaded. */
  readonly isBusy?: boolean;
  /** Who asks lacks this permission. */
  readonly without?: keyof typeof NEEDED;
}

/** Which calls need a permission, of those that a role may lack: an operator's, by method and URL. */
const NEEDED = {
  "cloudtasks.tasks.list": /^GET \S+\/tasks\?/,
  "cloudtasks.tasks.fullView": /^GET \S+\/tasks\S*responseView=FULL/,
  "cloudtasks.tasks.delete": /^DELETE \S+\/tasks\//,
  "cloudtasks.queues.resume": /:resume$/,
  "cloudtasks.queues.purge": /:purge$/,
  "monitoring.timeSeries.list": /\/timeSeries\?/,
} as const;

/** Which API has a path: what is sent to another host is not found there. */
const HOSTS: readonly (readonly [host: string, path: RegExp])[] = [
  ["cloudtasks.googleapis.com", /^\/v2(?:beta3)?\/projects\/[^/]+\/locations\/[^/]+\/queues/],
  ["cloudscheduler.googleapis.com", /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs/],
  ["run.googleapis.com", /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/services/],
  ["logging.googleapis.com", /^\/v2\/entries:/],
  ["monitoring.googleapis.com", /^\/v3\/projects\//],
];

/** The most tasks of a page. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/list */
const MOST_TASKS = 1000;

/**
 * A `fetch` by which Google's hosts answer, with the content of a local cloud: only to whoever has a token, each API at
 * its own host, page by page, and busy now and then.
 */
export function fakeGoogle({
  endpoint,
  pageSize = MOST_TASKS,
  isBusy = false,
  without,
}: FakeGoogleOptions): typeof fetch {
  const { fetch: realFetch } = globalThis;
  const tried = new Map<string, number>();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? "GET";
    const call = `${method} ${url.pathname}${url.search}`;
    const api = HOSTS.find(([host]) => host === url.host)?.[1];
    if (!api?.test(url.pathname)) return refusal(404, "NOT_FOUND", "Not found.");
    if (new Headers(init?.headers).get("authorization") !== `Bearer ${TOKEN}`) {
      return refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    if (without !== undefined && NEEDED[without].test(call)) return denied(without, url.pathname);
    if (isBusy) {
      const kind = `${method} ${url.host} ${url.pathname.replace(/[^/:]+(?=$|:)/, "")}`;
      const times = (tried.get(kind) ?? 0) + 1;
      tried.set(kind, times);
      if (times === 1) return exhausted(url.host);
      if (times === 2) return refusal(503, "UNAVAILABLE", "The service is currently unavailable.");
    }
    if (method === "GET" && /\/tasks$/.test(url.pathname)) {
      const asked = Number(url.searchParams.get("pageSize") ?? MOST_TASKS);
      url.searchParams.set("pageSize", String(Math.min(asked, pageSize, MOST_TASKS)));
    }
    return realFetch(endpoint + url.pathname + url.search, { ...init, headers: {} });
  };
}

/** What whoever asks has to show. */
export const TOKEN = "a-token";

function denied(permission: string, path: string): Response {
  const resource = path.replace(/^\/v\w+\//, "").replace(/:\w+$/, "");
  return refusal(
    403,
    "PERMISSION_DENIED",
    `The principal (user or service account) lacks IAM permission "${permission}" for the resource "${resource}" (or the resource may not exist).`,
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "IAM_PERMISSION_DENIED",
      domain: "iam.googleapis.com",
      metadata: { permission, resource },
    },
  );
}

function exhausted(service: string): Response {
  const quota = "Requests per minute per region";
  return refusal(
    429,
    "RESOURCE_EXHAUSTED",
    `Quota exceeded for quota metric '${quota}' and limit '${quota}' of service '${service}' for consumer 'project_number:1'.`,
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "RATE_LIMIT_EXCEEDED",
      domain: "googleapis.com",
      metadata: { service, quota_limit: quota, consumer: "projects/1" },
    },
  );
}

function refusal(code: number, status: string, message: string, ...details: object[]): Response {
  const error = { code, message, status, ...(details.length > 0 && { details }) };
  return Response.json({ error }, { status: code });
}
