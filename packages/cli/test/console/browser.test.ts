import type { Browser, BrowserContext, Page } from "playwright-core";
import { startBrowser } from "../../pictures/browser.ts";
import { describeWithBrowser } from "../support/browser.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { FREE_PORTS, RunningScript } from "../support/runningScript.ts";

/*
 * The first five minutes of somebody who opens the link that 'npm start' prints, and what an attacker may have written
 * into what is shown.
 */

const HANDLER = "worker/handlers/sendEmail.ts";
const BEFORE = "    try {\n";

let project: ProjectCopy;
let cloud: RunningScript;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let link: string;
/** All that the browser asked for, and what it complained of. */
const requests: string[] = [];
const complaints: string[] = [];

const body = (): Promise<string> => page.innerText("body");
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const go = async (view: string): Promise<void> => {
  const views = page.getByRole("navigation", { name: "Views" });
  // With the number of them, where it is known.
  await views.getByRole("link", { name: new RegExp(`^${view}(?: [\\d,]+)?$`) }).click();
  await page.getByRole("heading", { name: view, level: 1 }).waitFor();
  expect(await page.title()).toBe(`${view} · local · background-tasks`);
};

/** Saves the handler with something at its beginning, once that runs. Returns what undoes it. */
async function saved(code: string): Promise<() => Promise<void>> {
  const undo = project.edit(HANDLER, BEFORE, `    ${code}\n${BEFORE}`);
  await cloud.line(/changes? in/);
  return async () => {
    undo();
    await cloud.line(/changes? in/);
  };
}

/** The full name of a queue of the stack. */
async function queueNamed(key: string): Promise<string> {
  const { operations } = (await api("/local/v1/outputs")) as {
    operations: { queues: Record<string, string> };
  };
  return operations.queues[key]!;
}

async function enqueue(subject: string, text = "It works."): Promise<void> {
  await go("Enqueue");
  await page.locator("main").getByRole("combobox").selectOption("send-email");
  await page.getByLabel("to", { exact: true }).fill("ada@example.com");
  await page.getByLabel("subject", { exact: true }).fill(subject);
  await page.getByLabel("text", { exact: true }).fill(text);
  await button("Enqueue").click();
  await page.getByRole("link", { name: "See the task" }).click();
}

/** What a tab asks for, by the names of the calls. */
function watch(tab: Page) {
  const counts = new Map<string, number>();
  tab.on("request", (request) => {
    const name = /\/console\/v1\/(\w+)/.exec(request.url())?.[1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return {
    asked: (name: string): number => counts.get(name) ?? 0,
    answered: (name: string): Promise<unknown> =>
      tab.waitForResponse((response) => response.url().includes(`/console/v1/${name}?`)),
  };
}

async function hide(tab: Page, isHidden: boolean): Promise<void> {
  await tab.evaluate(`
    Object.defineProperty(document, "hidden", { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event("visibilitychange"));`);
}

async function api(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(new URL(path, link), init);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

describeWithBrowser("The console in a browser", () => {
  beforeAll(async () => {
    project = new ProjectCopy();
    cloud = new RunningScript("packages/cli/main.ts", ["start", ...FREE_PORTS], {
      cwd: project.directory,
      env: project.env,
    });
    browser = await startBrowser();
    context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    context.setDefaultTimeout(300_000);
    page = await context.newPage();
    context.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    link = /(http\S+)/.exec(await cloud.line(/^ {2}Console/))![1]!;
    await cloud.line(/^Ctrl-C/);
  });
  afterAll(async () => {
    await browser.close();
    await cloud[Symbol.asyncDispose]();
    project[Symbol.dispose]();
  });

  it("asks for the link where it is opened without one", async () => {
    await page.goto(new URL("/", link).href);

    await page.getByRole("heading", { name: "The console of background-tasks" }).waitFor();
    expect(requests.filter((url) => url.includes("/console/v1/"))).toEqual([]);
  });

  it("opens with the link, takes the token out of the address, and is there after a reload", async () => {
    await page.goto(link);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByText("● live").waitFor();
    await page.getByText("daily-digest: next in").waitFor();

    expect(page.url()).toBe(new URL("/#/", link).href);
    expect(await body()).toContain("daily-digest: next in");
    await page.reload();
    await page.getByText("● live").waitFor();
  });

  it("says of how many events it was not told", async () => {
    const tab = await context.newPage();
    await tab.route("**/local/v1/events?*", (route) =>
      route.fulfill({ body: 'id: 5\nevent: gap\ndata: {"leftOut":1234}\n\n' }),
    );
    await tab.goto(link);

    await tab.getByText(/^[\d,]+ of too many are not shown$/).waitFor();
    expect(await tab.getByText("were missed").count()).toBe(0);
    await tab.close();
  });

  it("enqueues a task, and shows its life up to its end and its mail", async () => {
    await enqueue("Hello");

    await page.getByText(/^.*delivery 1.*204 in \d+ ms/).waitFor();
    await page.getByRole("heading", { name: "Done: send-email" }).waitFor();
    await go("Local cloud");
    await page.getByRole("heading", { name: "Hello", level: 3 }).waitFor();
    expect(await body()).toContain("to ada@example.com");
  });

  it("offers a task that is added meanwhile, as README says how, once it has its handler", async () => {
    const undo = [
      project.edit(
        "tasks/tasks.ts",
        "} as const satisfies",
        `  "warm-cache": {
    queue: "default",
    payload: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }),
  },
} as const satisfies`,
      ),
    ];
    await cloud.line(/warm-cache/);
    await go("Enqueue");
    const tasks = page.locator("main").getByRole("combobox");
    expect(await tasks.locator("option").allInnerTexts()).toEqual([
      "send-email (on email)",
      "send-digest (on default)",
    ]);
    project.write(
      "worker/handlers/warmCache.ts",
      `import type { Handler } from "./handler.ts";

export const warmCache: Handler<"warm-cache"> = async ({ url }, { log }) => {
  log.info({ url }, "The page is in the cache.");
};
`,
    );
    undo.push(
      project.edit(
        "worker/handlers/index.ts",
        "export const handlers: Handlers = {",
        `import { warmCache } from "./warmCache.ts";
export const handlers: Handlers = {
  "warm-cache": warmCache,`,
      ),
    );
    await cloud.line(/changes? in/);

    // The form is there without the page being loaded again.
    await tasks.locator("option", { hasText: "warm-cache" }).waitFor({ state: "attached" });
    await tasks.selectOption("warm-cache");
    await page.getByLabel("url", { exact: true }).fill("https://example.com/");
    await button("Enqueue").click();
    await page.getByRole("link", { name: "See the task" }).click();
    await page.getByText(/^.*delivery 1.*204 in \d+ ms/).waitFor();
    await page.getByText("The page is in the cache.").waitFor();
    for (const one of undo.reverse()) one();
    await cloud.line(/changes? in/);
  });

  it("shows where a handler fails, and that it is done once that is mended", async () => {
    const mend = await saved('if (subject === "Bad") throw new Error("boom");');
    await enqueue("Bad");

    await page.getByText("Where it was thrown").first().waitFor();
    expect(await body()).toContain("failed on attempt 1 of 8: boom");
    expect(await page.locator("details pre").last().innerText()).toContain(HANDLER);
    // On a slow machine it would have used up its attempts before what mends it is deployed.
    const queue = await queueNamed("email");
    await api(`/v2/${queue}:pause`, { method: "POST" });
    await mend();
    await api(`/v2/${queue}:resume`, { method: "POST" });
    await page.getByText(/^.*delivery \d.*204 in \d+ ms/).waitFor();
  });

  it("redrives a dead letter, by the keyboard alone, after its handler is mended", async () => {
    const mend = await saved('if (subject === "Gone") throw new PermanentError("no such user");');
    await enqueue("Gone");
    await page.getByText("dead letter").first().waitFor();
    await mend();
    // Also where the view did not ask for it.
    const views = page.getByRole("navigation", { name: "Views" });
    await views.getByRole("link", { name: "Dead letters 1", exact: true }).waitFor();
    await go("Overview");
    const card = page.locator(".cards section").filter({ hasText: "Dead letters" });
    await card
      .getByText(/^1 dead letter of 1 cause, the oldest of .*, which is kept until .* \d{4}\.$/)
      .waitFor();
    await go("Dead letters");
    const cause = page.locator("td a[href^='#/dead-letters/cause/']");
    await cause.waitFor();
    await cause.focus();
    await page.keyboard.press("Enter");
    const what = `1 dead letter of cause ${await cause.innerText()}`;
    await page.getByRole("heading", { name: what, exact: true }).waitFor();
    // One that was written this moment is not redriven yet.
    await untilSo(async () => {
      await button("Dry run").click();
      await page.getByText(/dead letter (?:would be redriven|refused)/).waitFor();
      return (await body()).includes("1 dead letter would be redriven");
    });
    // As a screen reader has it: what there is, by its role and name, and what was said last.
    const region = page.getByRole("region", { name: what, exact: true });
    const tree = (await region.ariaSnapshot()).split("\n");
    expect(tree.slice(0, 10)).toEqual([
      `- region "${what}":`,
      `  - heading "${what}" [level=2]`,
      "  - text: First only",
      '  - textbox "First only":',
      "    - /placeholder: all",
      "  - text: Per second",
      '  - textbox "Per second":',
      "    - /placeholder: ¼",
      '  - button "Dry run"',
      '  - button "Redrive 1…"',
    ]);
    expect(tree).toContain("  - status: 1 dead letter would be redriven");
    expect(tree).toContain('  - list "The plan":');
    await button("Redrive 1…").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: `Redrive ${what}?` });
    await dialog.waitFor();
    expect(
      (await dialog.ariaSnapshot()).split("\n").filter((line) => !/paragraph/.test(line)),
    ).toEqual([
      `- dialog "Redrive ${what}?":`,
      `  - heading "Redrive ${what}?" [level=2]`,
      '  - button "Redrive"',
      '  - button "Cancel"',
    ]);
    const isFocused = (where: string): Promise<void> => page.locator(where).waitFor();
    await isFocused("dialog button:focus:text-is('Redrive')");
    await page.keyboard.press("Escape");
    await isFocused("section.redrive button:focus:text-is('Redrive 1…')");
    await page.keyboard.press("Enter");
    await isFocused("dialog button:focus:text-is('Redrive')");
    await page.keyboard.press("Enter");
    await isFocused("section.redrive:focus");

    // What was done is said also when none is left.
    await page.getByText("There are no dead letters.").waitFor();
    await views.getByRole("link", { name: "Dead letters", exact: true }).waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^1 dead letter redriven$/ })
      .waitFor();
    await go("Local cloud");
    await page.getByRole("heading", { name: "Gone", level: 3 }).waitFor();
    expect(await page.getByRole("heading", { name: "Gone", level: 3 }).count()).toBe(1);
  });

  it("redrives groups that are ticked, by the keyboard alone, after a dry run that tells of each", async () => {
    const mend = await saved(
      'if (/^Two/.test(subject)) throw new PermanentError(subject === "Two a" ? "mailbox full" : "no such user");',
    );
    for (const subject of ["Two a", "Two b"]) {
      await enqueue(subject);
      await page.getByText("dead letter").first().waitFor();
    }
    await mend();
    await go("Dead letters");
    const boxes = page.getByRole("checkbox", { name: /^Tick [0-9a-f]{8}$/ });
    await boxes.nth(1).waitFor();
    for (const n of [0, 1]) {
      await boxes.nth(n).focus();
      await page.keyboard.press("Space");
    }
    await page.getByRole("heading", { name: "2 dead letters of 2 causes", exact: true }).waitFor();
    const ended = page.getByRole("img", { name: /^From / });
    expect(await ended.evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual(
      [0, 1].map((): unknown =>
        expect.stringMatching(
          /^From \d+ \w+, [\d:]{8} to .*: the most at once, 1, between .* and .*\.$/,
        ),
      ),
    );
    await untilSo(async () => {
      await button("Dry run").click();
      await page.getByText(/dead letters? (?:would be redriven|refused)/).waitFor();
      return (await body()).includes("2 dead letters would be redriven");
    });
    const plan = page.getByRole("region", { name: "What would be done, by cause" });
    const rows = await plan.getByRole("row").allInnerTexts();
    expect(rows[0]).toBe("Of\tRedriven\tRefused\tWhy the first of these");
    for (const row of rows.slice(1)) expect(row).toMatch(/^[0-9a-f]{8}\t1\t0\t-$/);
    await button("Redrive 2…").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Redrive 2 dead letters of 2 causes?" });
    await page.locator("dialog button:focus:text-is('Redrive')").waitFor();
    expect(await dialog.getByRole("listitem").allInnerTexts()).toEqual(
      rows.slice(1).map((row) => `${row.slice(0, 8)}: 1`),
    );
    const slow = { on: "call", method: "CreateTask", delay: "2s" };
    await api("/local/v1/faults", { method: "POST", body: JSON.stringify(slow) });
    await page.keyboard.press("Enter");
    // A long one says how far it is.
    await page
      .getByRole("status")
      .filter({ hasText: /^(?:read 2 of 2 tasks|redrive \d\/2)$/ })
      .waitFor();
    await api("/local/v1/faults", { method: "DELETE" });

    await page
      .getByRole("status")
      .filter({ hasText: /^2 dead letters redriven$/ })
      .waitFor();
    await page.getByText("There are no dead letters.").waitFor();
    await page.getByRole("heading", { name: "What was done to 2 causes", exact: true }).waitFor();
    await go("Local cloud");
    await page.getByRole("heading", { name: "Two a", level: 3 }).waitFor();
    await page.getByRole("heading", { name: "Two b", level: 3 }).waitFor();
  });

  it("redrives a dead letter with what was wrong in it changed, after a dry run", async () => {
    const mend = await saved('if (subject === "Wrong") throw new PermanentError("a typo");');
    await enqueue("Wrong");
    // The way from the task to what it became.
    await page.getByRole("listitem").filter({ hasText: "dead letter" }).getByRole("link").click();
    await page.getByRole("heading", { name: "Dead letter: send-email" }).waitFor();
    expect(await page.locator("pre.error").innerText()).toBe("a typo");
    const facts = page.getByRole("main").locator("dl div");
    await facts.filter({ hasText: /^Ended\s*\d+ \w+, [\d:]{8} \(.*\)$/ }).waitFor();
    await facts.filter({ hasText: /^Kept until\s*\d+ \w+ \d{4} \(in 30 d\)$/ }).waitFor();
    await page.getByLabel(/^Change fields first/).fill("subject=Right");
    await untilSo(async () => {
      await button("Dry run").click();
      await page.getByText(/dead letter (?:would be redriven|refused)/).waitFor();
      return (await body()).includes("1 dead letter would be redriven");
    });

    await button("Redrive…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();

    await page.getByRole("heading", { name: "Redriven", level: 1 }).waitFor();
    await page.getByRole("link", { name: "See the task" }).click();
    await page.getByText(/^.*delivery 1.*204 in \d+ ms/).waitFor();
    await go("Local cloud");
    await page.getByRole("heading", { name: "Right", level: 3 }).waitFor();
    expect(await page.getByRole("heading", { name: "Wrong", level: 3 }).count()).toBe(0);
    await go("Dead letters");
    await page.getByText("There are no dead letters.").waitFor();
    await mend();
  });

  it("redrives a dead letter with another payload, which the contract takes, and discards one", async () => {
    const mend = await saved('if (/^Typo/.test(subject)) throw new PermanentError("a typo");');
    const open = async (subject: string): Promise<void> => {
      await enqueue(subject);
      await page.getByText(/204 in \d+ ms; it is a dead letter now/).waitFor();
      await page.getByRole("listitem").filter({ hasText: "dead letter" }).getByRole("link").click();
      await page.getByRole("heading", { name: "Dead letter: send-email" }).waitFor();
    };
    await open("Typo");
    await button("Change the whole payload").click();
    const payload = page.getByLabel("The payload that it is redriven with, as JSON");
    const shown = JSON.parse(await payload.inputValue()) as object;
    expect(shown).toEqual({ to: "ada@example.com", subject: "Typo", text: "It works." });
    await payload.fill(JSON.stringify({ ...shown, to: "nobody" }));
    await untilSo(async () => {
      await button("Dry run").click();
      await page.getByText(/dead letter (?:would be redriven|refused)/).waitFor();
      return (await body()).includes("'to': it must be an e-mail address");
    });
    await payload.fill(JSON.stringify({ ...shown, subject: "Whole" }));
    await button("Redrive…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("heading", { name: "Redriven", level: 1 }).waitFor();

    await open("Typo again");
    await button("Discard…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Deleted", level: 1 }).waitFor();
    expect(await body()).toMatch(/npm run tasks -- import \S+\/discarded\/\S+\.ndjson/);
    await go("Local cloud");
    await page.getByRole("heading", { name: "Whole", level: 3 }).waitFor();
    await go("Dead letters");
    await page.getByText("There are no dead letters.").waitFor();
    await mend();
  });

  it("shows the alert that fires because of it, and what to do", async () => {
    await go("Overview");

    await page.getByRole("heading", { name: "Now firing" }).waitFor();
    const alert = page.getByRole("listitem").filter({ hasText: "Tasks become dead letters" });
    expect(await alert.first().innerText()).toMatch(
      /^local: Tasks become dead letters \d+ times, the newest .*\n+cause [0-9a-f]{8}, queue email, task send-email, /,
    );
    await alert.first().getByText("What to do").click();
    expect(await alert.first().innerText()).toContain(
      "`npm run tasks -- dead-letters --stack local`",
    );
    expect(await page.getByText(/^alert$/).count()).toBeGreaterThan(0);
  });

  it("pauses a queue and resumes it", async () => {
    await go("Overview");
    await button("pause email").click();
    await page.getByText("Queue 'email' is PAUSED and sends nothing.").waitFor();

    await button("resume email").click();
    await page.getByText("Queue 'email' is PAUSED").waitFor({ state: "detached" });
    // It is told once the answer is there, which may be after the stream of events.
    await page.getByText("email: resumed").waitFor();
    expect(await body()).toContain("email: resumed");
  });

  it("pauses a queue for a time, says how long it lasts yet, and resumes it before", async () => {
    await go("Overview");
    await button("pause for a time: email").click();
    const dialog = page.getByRole("dialog", { name: "Pause email for a time?" });
    const minutes = dialog.getByLabel("For how many minutes, at most 1,440, which is a day");
    for (const none of ["", "0", "1441"]) {
      await minutes.fill(none);
      expect(await dialog.getByRole("button", { name: "Pause", exact: true }).isDisabled()).toBe(
        true,
      );
    }
    await minutes.fill("30");
    expect(await dialog.innerText()).toContain("If the console is killed");
    await dialog.getByRole("button", { name: "Pause", exact: true }).click();

    await page.getByText(/^resumes in (?:30 min|29 min \d+ s)$/).waitFor();
    await button("resume email").click();
    await page.getByText("email: resumed").waitFor();
    await page.getByText(/^resumes in/).waitFor({ state: "detached" });
  });

  it("says of a queue that somebody set it otherwise than the program", async () => {
    const queue = await queueNamed("email");
    const setRate = (maxDispatchesPerSecond: number): Promise<unknown> =>
      api(`/v2/${queue}?updateMask=rateLimits.maxDispatchesPerSecond`, {
        method: "PATCH",
        body: JSON.stringify({ rateLimits: { maxDispatchesPerSecond } }),
      });
    await setRate(4);
    await go("Overview");
    await page.getByRole("main").getByRole("link", { name: "email", exact: true }).click();
    const settings = page.getByRole("region", { name: "Settings" });
    await settings.getByRole("row", { name: "rateLimits.maxDispatchesPerSecond" }).waitFor();

    expect(await settings.getByRole("row").allInnerTexts()).toEqual([
      "Setting\tThe program's\tCloud Tasks has\tThat is",
      "rateLimits.maxDispatchesPerSecond\t20\t4 (drifted)\t",
      "rateLimits.maxConcurrentDispatches\t10\t10\t",
      "retryConfig.maxAttempts\t8\t-1\tcounted by the worker: with -1 Cloud Tasks never gives up",
      "retryConfig.maxRetryDuration\t0s\t0s\t",
      "retryConfig.minBackoff\t0.1s\t0.100s\t",
      "retryConfig.maxBackoff\t1s\t1s\t",
      "retryConfig.maxDoublings\t3\t3\t",
      "maxWait\t900s\t-\tan alert, once a task waits for longer",
    ]);
    await page
      .getByText(
        "Queue 'email' is not set as its program says: rateLimits.maxDispatchesPerSecond is 4, not 20. " +
          "'npm start', started again without '--data', sets it.",
      )
      .waitFor();
    await setRate(20);
  });

  it("draws the last hour of a queue, read once a minute while it is seen, and says it in words", async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    let reads = 0;
    const read = (): Promise<unknown> =>
      tab.waitForResponse((response) => response.url().includes("/console/v1/series"));
    tab.on("request", (request) => {
      if (request.url().includes("/console/v1/series")) reads += 1;
    });
    await Promise.all([read(), tab.goto(`${link}/queue/email`)]);
    await tab.getByRole("heading", { name: "The last hour" }).waitFor();
    await Promise.all([read(), tab.clock.fastForward(60_000)]);
    await hide(tab, true);
    await tab.clock.fastForward(600_000);
    await Promise.all([read(), hide(tab, false)]);
    expect(reads).toBe(3);

    expect(await tab.title()).toBe("queue email · local · background-tasks");
    // Of the tasks that wait now, too, those of this queue alone.
    const depth = tab.getByRole("img", { name: /^Tasks that waited on/ });
    expect(await depth.innerText()).toBe("email");
    const charts = tab.getByRole("region", { name: "The last hour" }).getByRole("img");
    // The first minute may not be over yet.
    let x = 0;
    await untilSo(async () => {
      await tab.mouse.move((x += 1), 1);
      await Promise.all([read(), tab.clock.fastForward(60_000)]);
      return (await charts.count()) === 4;
    }, 150);
    const names = await charts.evaluateAll((all) => all.map((one) => one.ariaLabel));
    const number = String.raw`\d+(?:,\d{3})*(?:\.\d)?`;
    const wait = `(?:not measured|${number}, at most ${number})`;
    expect(names).toEqual(
      [
        `Tasks in the last hour: tasks ${number}, at most ${number}\\.`,
        `Deliveries a second in the last hour: deliveries a second ${number}, at most ${number}\\.`,
        `Milliseconds that deliveries waited in the last hour: p50 ${wait}; p99 ${wait}\\.`,
        `Tasks that ended each minute in the last hour: done ${number}, at most ${number}; dead letters ${number}, at most ${number}\\.`,
      ].map((words): unknown => expect.stringMatching(new RegExp(`^${words}$`))),
    );
    await tab.close();
    const spark = page.getByRole("row", { name: "email" }).getByRole("img");
    await go("Overview");
    await spark.waitFor();
    expect(await spark.getAttribute("aria-label")).toMatch(
      /^Tasks in the last hour: last \d+, at most \d+\.$/,
    );
  });

  it("is never older than five seconds while it is seen, though nothing happens and nobody touches it", async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    const { asked, answered } = watch(tab);
    await Promise.all([answered("overview"), tab.goto(link)]);
    await tab.getByText("● live").waitFor();
    // By then somebody has long forgotten it.
    await Promise.all([answered("overview"), tab.clock.fastForward(1_200_000)]);
    for (let n = 0; n < 3; n += 1) {
      await Promise.all([answered("overview"), answered("alerts"), tab.clock.runFor(5500)]);
    }

    await hide(tab, true);
    // What an event before has called for.
    await tab.clock.runFor(3000);
    const hidden = asked("overview");
    await tab.clock.runFor(60_000);
    expect(asked("overview")).toBe(hidden);
    await Promise.all([answered("overview"), hide(tab, false)]);
    await tab.close();
  });

  it("asks of a deployed stack no more than it says, and rests where nobody touches it", async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    const { asked, answered } = watch(tab);
    await tab.route("**/console/v1/about?*", async (route) => {
      const response = await route.fetch();
      const about = (await response.json()) as object;
      await route.fulfill({ response, json: { ...about, isLocal: false } });
    });
    await Promise.all([answered("queues"), tab.goto(link)]);
    await tab.getByText("● asked every 5 s").waitFor();
    await Promise.all([answered("queues"), tab.clock.fastForward(5500)]);
    await Promise.all([answered("queues"), answered("overview"), tab.clock.fastForward(30_000)]);
    expect([asked("about"), asked("queues"), asked("overview")]).toEqual([1, 3, 2]);

    // Nobody touches it any more.
    await Promise.all([answered("queues"), tab.clock.fastForward(600_000)]);
    const [queues, depths] = [asked("queues"), asked("depths")];
    await tab.clock.fastForward(240_000);
    expect([asked("queues"), asked("depths")]).toEqual([queues, depths]);
    await tab.mouse.move(0, 0);
    await Promise.all([answered("queues"), answered("depths"), tab.clock.fastForward(1000)]);
    await tab.close();
  });

  it("finds by a field of their payload the tasks that wait, and says where", async () => {
    const queue = await queueNamed("email");
    await api(`/v2/${queue}:pause`, { method: "POST" });
    for (const n of [1, 2]) {
      const payload = { to: "ada@example.com", subject: "Sought", text: String(n) };
      const httpRequest = {
        url: "https://w.invalid/tasks/send-email",
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      };
      const task = { name: `${queue}/tasks/sought-${n}`, httpRequest };
      await api(`/v2/${queue}/tasks`, { method: "POST", body: JSON.stringify({ task }) });
    }
    await page.getByRole("searchbox", { name: /^Task id/ }).fill("subject=Sought");
    await page.keyboard.press("Enter");

    const found = page.getByRole("list", { name: "Found" });
    await found.waitFor();
    expect((await found.getByRole("listitem").allInnerTexts()).sort()).toEqual([
      "sought-1 on email",
      "sought-2 on email",
    ]);
    const search = page.getByRole("search");
    const status = search.getByRole("status");
    expect(await status.innerText()).toBe("2 tasks:");
    const box = await search.getByRole("searchbox").boundingBox();
    expect((await status.boundingBox())!.y).toBeGreaterThanOrEqual(box!.y + box!.height);
    await found.getByRole("link", { name: "sought-2" }).click();
    await page
      .getByRole("heading", { name: /send-email/ })
      .first()
      .waitFor();
    await api(`/v2/${queue}:resume`, { method: "POST" });
  });

  it("runs a task that waits now, enqueues another like it, and deletes one", async () => {
    const queue = await queueNamed("email");
    await api(`/v2/${queue}:pause`, { method: "POST" });
    const waits = async (id: string, subject: string): Promise<void> => {
      const payload = { to: "ada@example.com", subject, text: "It works." };
      const httpRequest = {
        url: "https://w.invalid/tasks/send-email",
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      };
      const task = { name: `${queue}/tasks/${id}`, httpRequest };
      await api(`/v2/${queue}/tasks`, { method: "POST", body: JSON.stringify({ task }) });
      await page.goto(new URL(`/#/task/${id}`, link).href);
      await page.getByRole("heading", { name: "Task: send-email" }).waitFor();
    };
    await waits("waits-1", "Waits");
    await button("Enqueue again, changed…").click();
    const editor = page.getByLabel("The payload of another such task");
    await editor.fill((await editor.inputValue()).replace("Waits", "Another"));
    await page.getByRole("main").getByRole("button", { name: "Enqueue", exact: true }).click();
    await page.getByRole("link", { name: "See the new task" }).waitFor();
    await button("Run now").click();
    await page.getByText("It is delivered now, though its queue is paused.").waitFor();
    await page.getByRole("heading", { name: "Done: send-email" }).waitFor();
    await page.getByRole("link", { name: "See the new task" }).click();
    await page.getByRole("heading", { name: "Task: send-email" }).waitFor();
    await button("Run now").click();
    await page.getByRole("heading", { name: "Done: send-email" }).waitFor();

    await waits("waits-2", "Deleted");
    await button("Delete…").click();
    const dialog = page.getByRole("dialog", { name: "Delete this task?" });
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("It is deleted.", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Deleted: send-email" }).waitFor();
    await api(`/v2/${queue}:resume`, { method: "POST" });
    await go("Local cloud");
    await page.getByRole("heading", { name: "Another", level: 3 }).waitFor();
    expect(await page.getByRole("heading", { name: "Waits", level: 3 }).count()).toBe(1);
    expect(await page.getByRole("heading", { name: "Deleted", level: 3 }).count()).toBe(0);
  });

  it("says what was searched where nothing is found, and leads to the log of what is done", async () => {
    const search = page.getByRole("search");
    const find = async (text: string): Promise<void> => {
      await search.getByRole("searchbox").fill(text);
      await page.keyboard.press("Enter");
    };
    await find("subject=Nowhere");
    await search
      .getByText("No task that waits and no dead letter has subject=Nowhere.", { exact: true })
      .waitFor();
    expect(await search.getByRole("link").count()).toBe(0);

    await enqueue("Is done soon");
    await page.getByRole("heading", { name: "Done: send-email" }).waitFor();
    const id = page.url().split("/").at(-1)!.slice(0, 8);
    await go("Overview");
    await find(id);
    await search
      .getByText(`No task that waits and no dead letter has the id or key '${id}'.`, {
        exact: true,
      })
      .waitFor();
    await search.getByRole("link", { name: "What the log knows of it" }).click();
    await page.getByText("Task 'send-email' is done.").waitFor();
    await page
      .getByText(
        new RegExp(`^Task ${id} was done on .+\\. What the log still knows of it is below\\.$`),
      )
      .waitFor();
  });

  it("runs a schedule now, and tells its next five runs", async () => {
    await go("Schedules");
    expect(await page.getByRole("list", { name: "The next runs" }).locator("li").count()).toBe(5);

    await button("Run daily-digest now").click();
    await page.getByText("Cloud Scheduler runs daily-digest.").waitFor();
    await page.getByText(/^Ran .*: ok$/).waitFor();
    await button("pause daily-digest").click();
    await page.getByText(/^daily-digest: paused\. The program does not know of it/).waitFor();
    await button("resume daily-digest").click();
    await page.getByText(/^daily-digest: resumed\./).waitFor();
  });

  it("tells of the worker each instance, what it does and the memory that it holds", async () => {
    await go("Overview");
    await page
      .getByText(
        /^local-worker: ready, local-worker-\S+\. 1 of \d+ instances?, 0 of \d+ places in use, 0 crashes of what runs now\.$/,
      )
      .waitFor();
    await go("Worker");
    const rows = page.getByRole("region", { name: "Instances" }).getByRole("row");
    await rows.nth(1).waitFor();
    expect(await rows.allInnerTexts()).toEqual([
      "Revision\tStarted\tIn flight\tMemory",
      expect.stringMatching(/^local-worker-\S+\t.* ago\t0\t\d+ MiB$/),
    ]);
    await page.getByText(/, each with \d+Mi of memory\b/).waitFor();
  });

  it("shows as text whatever somebody wrote", async () => {
    const corpus = [
      '<img src=x onerror="window.hacked=1">',
      "<script>window.hacked=1</script>",
      '"><svg/onload=window.hacked=1>',
      "javascript:window.hacked=1",
      "'-window.hacked=1-'",
      "{{constructor.constructor('window.hacked=1')()}}",
    ];
    const mend = await saved("if (text.startsWith('fail')) throw new PermanentError(subject);");
    const queue = await queueNamed("email");
    for (const [i, text] of corpus.entries()) {
      await api(`/v2/${queue}/tasks`, {
        method: "POST",
        body: JSON.stringify({
          task: {
            name: `${queue}/tasks/xss-${i}`,
            httpRequest: {
              url: `https://w.invalid/tasks/${encodeURIComponent(text)}`,
              httpMethod: "POST",
              headers: { "Content-Type": "application/json", "Idempotency-Key": text },
              body: Buffer.from(JSON.stringify({ text })).toString("base64"),
            },
          },
        }),
      });
      await enqueue(text, "as a mail");
      await page.getByText(/^.*delivery 1.*204 in \d+ ms/).waitFor();
      await enqueue(text, "fail");
      await page.getByText("dead letter").first().waitFor();
    }
    await go("Dead letters");
    for (const text of corpus) expect(await page.innerHTML("main")).not.toContain(`<${text}`);
    await go("Local cloud");
    for (const text of corpus) {
      await page.getByRole("heading", { name: text, level: 3, exact: true }).waitFor();
    }
    // The dead letters of tasks with such names and headers, each with its payload.
    const dead = await queueNamed("dead-letter");
    const listed = async () =>
      (await api(`/v2/${dead}/tasks?responseView=BASIC`)) as { tasks: { name: string }[] };
    // Those that no handler does are tried as often as the queue says.
    let { tasks } = await listed();
    while (tasks.length < 2 * corpus.length) {
      await page.waitForTimeout(200);
      ({ tasks } = await listed());
    }
    const seen: string[] = [];
    for (const { name } of tasks) {
      await page.goto(new URL(`/#/task/${name.split("/").at(-1)!}`, link).href);
      await button("Reveal").click();
      await page.getByText("The payload is shown.").waitFor();
      seen.push(await body());
    }
    for (const text of corpus) expect(seen.some((one) => one.includes(text))).toBe(true);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator("main img, main script, main svg").count()).toBe(0);
    await mend();
  });

  it("is readable on a phone, and in the dark", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: "dark" });
    for (const view of [
      "Overview",
      "Dead letters",
      "Schedules",
      "Worker",
      "Enqueue",
      "Local cloud",
    ]) {
      await go(view);
      const [width, back] = await page.evaluate<[number, string]>(
        "[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]",
      );
      expect(width).toBeLessThanOrEqual(360);
      expect(back).toBe("rgb(18, 21, 27)");
      if (view !== "Overview") continue;
      const box = (await button("pause email").boundingBox())!;
      expect(box.x).toBeGreaterThan(180);
      expect(box.x + box.width).toBeLessThanOrEqual(360);
    }
  });

  it("asked this machine alone, and broke none of its own rules", () => {
    const { origin } = new URL(link);

    expect(requests.length).toBeGreaterThan(50);
    expect(requests.filter((url) => !url.startsWith(`${origin}/`) && url !== "data:,")).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Tries until something is so. */
async function untilSo(isSo: () => Promise<boolean>, times = 40): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    if (await isSo()) return;
    await page.waitForTimeout(500);
  }
  throw new Error("It is never so.");
}
