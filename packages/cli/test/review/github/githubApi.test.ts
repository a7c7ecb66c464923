import { githubApi } from "../../../review/github/githubApi.ts";
import { githubFromEnvironment } from "../../../review/github/fromEnvironment.ts";
import { type Answer, githubRecorder } from "../../support/githubRecorder.ts";

const TOKEN = "ghs_verySecret";

function api(...answers: Answer[]) {
  const { sent, send } = githubRecorder(answers);
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
  };
  const settings = { url: "https://api.github.com", repository: "o/r", token: TOKEN, send, wait };
  return { ...githubApi(settings), sent, waits };
}

describe("GitHub's API", () => {
  it("is asked about the repository, with the token", async () => {
    const { request, sent } = api({ body: { number: 7 } });

    expect(await request("POST", "/issues", { title: "T" })).toEqual({ number: 7 });

    expect(sent).toEqual([
      {
        method: "POST",
        path: "/repos/o/r/issues",
        body: { title: "T" },
        authorization: `Bearer ${TOKEN}`,
      },
    ]);
  });

  it("is asked again where it was busy, after 1, 2 and 4 seconds", async () => {
    const { request, waits } = api(
      { status: 502 },
      { broken: "socket hang up" },
      { status: 503 },
      { body: { ok: true } },
    );

    expect(await request("GET", "/pulls/1")).toEqual({ ok: true });
    expect(waits).toEqual([1_000, 2_000, 4_000]);
  });

  it("gives up after four tries", async () => {
    const busy = { status: 502, body: { message: "Server Error" } };
    const { request, sent } = api(busy, busy, busy, busy);

    await expect(request("GET", "/pulls/1")).rejects.toThrow(
      "GitHub refuses GET /pulls/1 with 502: Server Error",
    );
    expect(sent).toHaveLength(4);
  });

  it("waits as long as GitHub asks for, and a minute at most", async () => {
    const { request, waits } = api(
      { status: 429, headers: { "retry-after": "7" } },
      { status: 403, headers: { "retry-after": "900" } },
      { status: 403, headers: { "x-ratelimit-remaining": "0" } },
      { body: {} },
    );

    await request("POST", "/issues", {});

    expect(waits).toEqual([7_000, 60_000, 60_000]);
  });

  it("does not repeat what it may have done already", async () => {
    const broken = api({ broken: "socket hang up" });
    const failed = api({ status: 502 });

    await expect(broken.request("POST", "/issues", {})).rejects.toThrow(
      "GitHub did not answer POST /issues: TypeError: socket hang up",
    );
    await expect(failed.request("POST", "/issues", {})).rejects.toThrow("with 502");
    expect([broken.sent.length, failed.sent.length]).toEqual([1, 1]);
  });

  it("does not repeat what is refused for good", async () => {
    const { request, sent } = api({ status: 403, body: { message: "Resource not accessible" } });

    await expect(request("GET", "/pulls/1")).rejects.toThrow("with 403: Resource not accessible");
    expect(sent).toHaveLength(1);
  });

  it("does not tell the token in an error", async () => {
    const { request } = api({ broken: `bad header: Bearer ${TOKEN}` });

    await expect(request("POST", "/issues", {})).rejects.toThrow(
      "GitHub did not answer POST /issues: TypeError: bad header: Bearer [token]",
    );
  });

  it("lists page after page, as far as it names a next one", async () => {
    const pages = (query: string) => `<https://api.github.com/repositories/7/issues?${query}>`;
    const { list, sent } = api(
      {
        body: [1, 2],
        headers: { link: `${pages("a=2")}; rel="next", ${pages("a=3")}; rel="last"` },
      },
      { body: [3], headers: { link: `${pages("a=1")}; rel="prev"` } },
    );

    expect(await list("/issues?state=open")).toEqual([1, 2, 3]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/repos/o/r/issues?state=open&per_page=100",
      "/repositories/7/issues?a=2",
    ]);
  });

  it("shows its token to no next page that is elsewhere", async () => {
    const link = '<https://api.github.com.example/repos/o/r/issues?page=2>; rel="next"';
    const { list, sent } = api({ body: [], headers: { link } });

    await expect(list("/issues")).rejects.toThrow(
      "GitHub names 'https://api.github.com.example/repos/o/r/issues?page=2' as the next page, " +
        "which is not at 'https://api.github.com'.",
    );
    expect(sent).toHaveLength(1);
  });

  it("answers nothing where there is nothing", async () => {
    expect(await api({ status: 204 }).request("DELETE", "/x")).toBeUndefined();
  });
});

describe("GitHub's settings", () => {
  it("are a workflow's environment", () => {
    expect(githubFromEnvironment({ GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "o/r" })).toEqual({
      url: "https://api.github.com",
      repository: "o/r",
      token: "t",
    });
  });

  it("name all that is missing", () => {
    expect(() => githubFromEnvironment({})).toThrow(
      "Missing environment variables: 'GITHUB_TOKEN', 'GITHUB_REPOSITORY'.",
    );
  });
});
