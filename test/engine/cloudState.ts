/** JSON that a test takes for what it expects. */
type Parsed = ReturnType<typeof JSON.parse>;

const PROJECT = "projects/local-project";
const LOCATIONS = ["europe-west1", "europe-west3"];

interface Collection {
  readonly path: string;
  /** The list in the answer. */
  readonly key: string;
  /** The verb of the resources' getIamPolicy, where they have policies. */
  readonly policy?: "GET" | "POST";
  /** What each resource has below it. */
  readonly below?: readonly { readonly path: string; readonly key: string }[];
}

const COLLECTIONS: readonly Collection[] = [
  ...LOCATIONS.flatMap((location): Collection[] => [
    {
      path: `/v2/${PROJECT}/locations/${location}/queues`,
      key: "queues",
      policy: "POST",
      below: [{ path: "tasks?responseView=FULL", key: "tasks" }],
    },
    { path: `/v2/${PROJECT}/locations/${location}/services`, key: "services", policy: "GET" },
    { path: `/v1/${PROJECT}/locations/${location}/jobs`, key: "jobs" },
    {
      path: `/v1/${PROJECT}/locations/${location}/repositories`,
      key: "repositories",
      policy: "GET",
    },
  ]),
  { path: `/v1/${PROJECT}/serviceAccounts`, key: "accounts", policy: "POST" },
  {
    path: `/v1/${PROJECT}/secrets`,
    key: "secrets",
    policy: "GET",
    below: [{ path: "versions", key: "versions" }],
  },
  { path: `/v2/${PROJECT}/exclusions`, key: "exclusions" },
  { path: `/v1/${PROJECT}/services?filter=state:ENABLED`, key: "services" },
];

/** Every resource of the cloud, with what is below it and its policy, by its name. */
export async function cloudState(endpoint: string): Promise<Record<string, Parsed>> {
  const state: Record<string, Parsed> = {};
  for (const { path, key, policy, below = [] } of COLLECTIONS) {
    const version = path.slice(0, "/v1/".length);
    for (const resource of await list(endpoint, path, key)) {
      const at = endpoint + version + String(resource.name);
      state[resource.name] = resource;
      if (policy) state[`${resource.name} policy`] = await call(policy, `${at}:getIamPolicy`);
      for (const part of below) {
        const full = `${version}${String(resource.name)}/${part.path}`;
        state[`${resource.name} ${part.key}`] = await list(endpoint, full, part.key);
      }
    }
  }
  return state;
}

/** The queues of a stack, by their keys. */
export async function queuesOf(
  endpoint: string,
  stack: string,
  location = "europe-west1",
): Promise<Record<string, Parsed>> {
  const path = `/v2/${PROJECT}/locations/${location}/queues`;
  const queues = await list(endpoint, path, "queues");
  return Object.fromEntries(
    queues.flatMap((queue) => {
      const [, key] = new RegExp(`[/-]${stack}-([\\w-]+)-[0-9a-f]{8}$`).exec(queue.name) ?? [];
      return key === undefined ? [] : [[key, queue]];
    }),
  );
}

export async function list(endpoint: string, path: string, key: string): Promise<Parsed[]> {
  const all: Parsed[] = [];
  let token = "";
  do {
    const url = `${endpoint}${path}${path.includes("?") ? "&" : "?"}pageToken=${token}`;
    const answer = await call("GET", url);
    all.push(...((answer[key] ?? []) as Parsed[]));
    token = answer.nextPageToken ?? "";
  } while (token !== "");
  return all;
}

/** Calls Google's API as the owner of the project. */
export async function call(method: string, url: string, body?: object): Promise<Parsed> {
  const response = await fetch(url, {
    method,
    ...(method !== "GET" && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}
