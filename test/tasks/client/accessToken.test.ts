import { connectCloudTasks } from "../../../tasks/client/cloudTasks.ts";

const NAME = "projects/p/locations/l/queues/q/tasks/t";
const TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

/** A local cloud that hands out numbered tokens, and what was asked of it. */
function connect(settings: { endpoint: string; metadataHost?: string }) {
  const requests: { url: string; headers: unknown }[] = [];
  let now = 0;
  let token = 0;
  const refused = new Set<string>();
  const api = connectCloudTasks(settings, {
    fetch: async (url, init) => {
      requests.push({ url, headers: init.headers });
      if (url.endsWith(TOKEN_PATH)) {
        return Response.json({ access_token: `token-${++token}`, expires_in: 3600 });
      }
      const { authorization } = init.headers as Record<string, string>;
      if (!refused.has(authorization!)) return Response.json({});
      return Response.json(
        { error: { status: "UNAUTHENTICATED", message: "Bad token." } },
        { status: 401 },
      );
    },
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    loadDefaultCredentials: () => {
      throw new Error("The application default credentials were loaded.");
    },
  });
  return {
    api,
    requests,
    refuse: (authorization: string) => refused.add(authorization),
    advance: (ms: number) => (now += ms),
  };
}

describe("the token for a local cloud", () => {
  it("comes from the endpoint, and never from the default credentials", async () => {
    const { api, requests } = connect({ endpoint: "http://127.0.0.1:8123/" });

    await api.deleteTask(NAME);

    expect(requests).toEqual([
      {
        url: `http://127.0.0.1:8123${TOKEN_PATH}`,
        headers: { "Metadata-Flavor": "Google" },
      },
      { url: `http://127.0.0.1:8123/v2/${NAME}`, headers: { authorization: "Bearer token-1" } },
    ]);
  });

  it.each([
    { metadataHost: "127.0.0.1:9000", from: "http://127.0.0.1:9000" },
    { metadataHost: "localhost:9000", from: "http://localhost:9000" },
    { metadataHost: "169.254.169.254", from: "http://127.0.0.1:8123" },
    { metadataHost: "metadata.google.internal", from: "http://127.0.0.1:8123" },
    { metadataHost: "127.0.0.1@example.com", from: "http://127.0.0.1:8123" },
  ])(
    "comes from $from where GCE_METADATA_HOST is $metadataHost",
    async ({ metadataHost, from }) => {
      const { api, requests } = connect({ endpoint: "http://127.0.0.1:8123", metadataHost });

      await api.deleteTask(NAME);

      expect(requests[0]!.url).toBe(from + TOKEN_PATH);
    },
  );

  it("is kept until a minute before it expires", async () => {
    const { api, requests, advance } = connect({ endpoint: "http://127.0.0.1:8123" });
    const tokens = () => requests.filter(({ url }) => url.endsWith(TOKEN_PATH)).length;

    await Promise.all([api.deleteTask(NAME), api.deleteTask(NAME)]);
    advance(3_539_999);
    await api.deleteTask(NAME);
    expect(tokens()).toBe(1);

    advance(1);
    await api.deleteTask(NAME);
    expect(tokens()).toBe(2);
  });

  it("is fetched again, once, where it is refused: another local cloud may have been started", async () => {
    const { api, requests, refuse } = connect({ endpoint: "http://127.0.0.1:8123" });
    await api.deleteTask(NAME);
    refuse("Bearer token-1");

    await api.deleteTask(NAME);
    expect(requests.at(-1)!.headers).toEqual({ authorization: "Bearer token-2" });

    refuse("Bearer token-2");
    refuse("Bearer token-3");
    await expect(api.deleteTask(NAME)).rejects.toThrow("UNAUTHENTICATED (401): Bad token.");
  });

  it.each([
    {
      what: "refuses",
      answer: () => new Response("No such account.", { status: 404 }),
      says: `The metadata server at 'http://127.0.0.1:8123${TOKEN_PATH}' answered 404: No such account.`,
    },
    {
      what: "gives none",
      answer: () => Response.json({ access_token: "", expires_in: 3600 }),
      says: "access_token",
    },
  ])("is asked for anew after the metadata server $what", async ({ answer, says }) => {
    const answers = [answer(), Response.json({ access_token: "token-1", expires_in: 3600 })];
    const api = connectCloudTasks(
      { endpoint: "http://127.0.0.1:8123" },
      {
        fetch: async (url) =>
          url.endsWith(TOKEN_PATH) ? answers.shift()! : Response.json({ name: NAME }),
      },
    );

    await expect(api.deleteTask(NAME)).rejects.toThrow(says);
    expect(await api.deleteTask(NAME)).toBe("deleted");
  });

  it("is waited for where the metadata server is not there yet", async () => {
    const waits: number[] = [];
    let tries = 0;
    const api = connectCloudTasks(
      { endpoint: "http://127.0.0.1:8123" },
      {
        fetch: async (url) => {
          if (!url.endsWith(TOKEN_PATH)) return Response.json({});
          tries += 1;
          if (tries < 3) throw new TypeError("fetch failed");
          return Response.json({ access_token: "token-1", expires_in: 3600 });
        },
        now: () => 0,
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
    );

    expect(await api.deleteTask(NAME)).toBe("deleted");
    expect(waits).toEqual([100, 200]);
  });
});

describe("the token for Google", () => {
  it("comes from the default credentials, and the error of having none is told at once", async () => {
    let loaded = 0;
    const api = connectCloudTasks(
      { metadataHost: "127.0.0.1:9000" },
      {
        fetch: () => Promise.reject(new Error("not used")),
        loadDefaultCredentials: async () => {
          loaded++;
          throw new Error("Could not load the default credentials.");
        },
      },
    );

    await expect(api.deleteTask(NAME)).rejects.toThrow("Could not load the default credentials.");
    expect(loaded).toBe(1);
  });

  it("is asked of the same credentials at every call, which are loaded anew where that failed", async () => {
    const given: string[] = [];
    let loaded = 0;
    const api = connectCloudTasks(
      {},
      {
        fetch: async (_, { headers }) => {
          given.push((headers as Record<string, string>)["authorization"]!);
          return Response.json({});
        },
        async loadDefaultCredentials() {
          loaded++;
          if (loaded === 1) throw new Error("Could not load the default credentials.");
          let token = 0;
          return async () => `token-${++token}`;
        },
      },
    );

    await expect(api.deleteTask(NAME)).rejects.toThrow("Could not load the default credentials.");
    await api.deleteTask(NAME);
    await api.deleteTask(NAME);

    expect(loaded).toBe(2);
    expect(given).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("is missed at once where the credentials give none, and not asked for again where Google refuses it", async () => {
    let token: string | null = null;
    let calls = 0;
    const api = connectCloudTasks(
      {},
      {
        fetch: async () => {
          calls++;
          const error = { status: "UNAUTHENTICATED", message: "Bad token." };
          return Response.json({ error }, { status: 401 });
        },
        loadDefaultCredentials: async () => async () => token,
      },
    );

    await expect(api.deleteTask(NAME)).rejects.toThrow(
      "The application default credentials gave no access token.",
    );
    expect(calls).toBe(0);

    token = "token-1";
    await expect(api.deleteTask(NAME)).rejects.toThrow("UNAUTHENTICATED (401): Bad token.");
    expect(calls).toBe(1);
  });
});
