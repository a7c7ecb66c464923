import type { Browser } from "playwright-core";
import { startBrowser } from "../../pictures/browser.ts";
import { consoleCalls } from "../../console/server/calls.ts";
import { describeWithBrowser } from "../support/browser.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { openConsolePage } from "../support/consolePage.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

/*
 * What single views of the console show, in a browser, over queues of virtual time: nothing is deployed, and no worker
 * runs. What a person does there from the beginning is in browser.test.ts.
 */

jest.setTimeout(60_000);

let browser: Browser;
let cloud: OperatorCloud;

/** What the local cloud tells of a dead letter that is written. */
const written = (id: string) => {
  const queue = cloud.operations.queues["dead-letter"]!;
  const url = "https://w.invalid/tasks/send-email";
  return { queue, task: `${queue}/tasks/${id}`, url, headers: {}, scheduleTime: 0 };
};

/** What the overview is answered, of a stack where nothing happens. */
const overviewOf = (more: object) => ({
  ...{ now: +cloud.cloud.now(), queues: [], schedules: [], workers: [], problems: [] },
  deadLetters: { count: 0, keptMs: 86_400_000 },
  pauses: { held: [], problems: [] },
  ...more,
});

const MAIL = JSON.stringify({ to: "ada@example.com", subject: "Hello", text: "It works." });

describeWithBrowser("A view of the console", () => {
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    cloud = await startOperatorCloud();
  });
  afterEach(async () => {
    await cloud[Symbol.asyncDispose]();
  });

  it("shows the newest's own error of each cause, and of one that is opened what all have in it", async () => {
    await cloud.die(1, { error: "connect ECONNREFUSED 10.0.0.4:587" });
    await cloud.cloud.advance("10s");
    await cloud.die(2, { error: "connect ECONNREFUSED 10.0.0.5:25" });
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    await tab.open("dead-letters");

    const cells = page.getByRole("region", { name: /^By / }).getByRole("cell");
    await cells.first().waitFor();
    expect(await cells.nth(3).innerText()).toBe("connect ECONNREFUSED 10.0.0.5:25");
    await cells.first().getByRole("link").click();
    await page.getByText("Alike in all of it: connect ECONNREFUSED <ip>:<n>").waitFor();
    await page.getByRole("combobox").first().selectOption("task");
    await page.getByRole("region", { name: "By task" }).waitFor();
    expect(await cells.nth(3).innerText()).toBe("connect ECONNREFUSED 10.0.0.5:25");
  });

  it("says that there is nothing yet where a chart would have no line, and draws what there is", async () => {
    const minute = Date.parse("2026-11-25T12:00:00Z");
    let rate: readonly (number | null)[] = [null, null];
    await using tab = await openConsolePage(browser, cloud, {
      answers: {
        series: () => ({
          ...{ times: [minute, minute + 60_000], calls: 4 },
          ...{ tasks: [2, 3], rate, delayP50: [null, null], delayP99: [null, null] },
        }),
      },
    });
    await tab.open("queue/email");
    const charts = tab.page.getByRole("region", { name: "The last hour" }).getByRole("img");
    await charts.first().waitFor();

    expect(await charts.allInnerTexts()).toEqual([
      "tasks",
      "deliveries a second: nothing yet",
      "wait p50, ms, wait p99, ms: nothing yet",
    ]);
    expect(await tab.page.locator("canvas").count()).toBe(2);
    rate = [null, 1];
    await tab.open("queue/email");
    await charts.first().waitFor();
    expect(await tab.page.locator("canvas").count()).toBe(3);
  });

  it("says of a queue's settings what the program has, what Cloud Tasks has, and what that is", async () => {
    const asked = {
      rateLimits: { maxDispatchesPerSecond: 20 },
      retryConfig: { maxAttempts: -1, minBackoff: "5s" },
    };
    const told = { ...asked, maxAttempts: 8, maxWait: "120s" };
    const operations = { ...cloud.operations, queueSettings: { email: told } };
    await cloud.api(
      "PATCH",
      `/v2/${operations.queues["email"]!}?updateMask=rateLimits.maxDispatchesPerSecond,retryConfig`,
      asked,
    );
    const connect = async () => ({ ...cloud.calls, operations });
    await using tab = await openConsolePage(browser, cloud, { context: { connect } });
    await tab.open("queue/email");
    const rows = tab.page.getByRole("region", { name: "Settings" }).getByRole("row");
    await rows.first().waitFor();

    expect(await rows.allInnerTexts()).toEqual([
      "Setting\tThe program's\tCloud Tasks has\tThat is",
      "rateLimits.maxDispatchesPerSecond\t20\t20\t",
      "rateLimits.maxConcurrentDispatches\t-\t1000\t",
      "retryConfig.maxAttempts\t8\t-1\tcounted by the worker: with -1 Cloud Tasks never gives up",
      "retryConfig.maxRetryDuration\t0s\t0s\t",
      "retryConfig.minBackoff\t5s\t5s\t",
      "retryConfig.maxBackoff\t-\t3600s\t",
      "retryConfig.maxDoublings\t-\t16\t",
      "maxWait\t120s\t-\tan alert, once a task waits for longer",
    ]);
  });

  it("shows on a phone that a table goes on, and lets the keyboard scroll it, where it does alone", async () => {
    await cloud.die(1);
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    await page.setViewportSize({ width: 390, height: 800 });
    await tab.open("dead-letters");
    const table = page.getByRole("region", { name: "By cause" });
    await table.and(page.locator("[tabindex='0']")).waitFor();
    const style = "getComputedStyle(document.querySelector('.scroll')).backgroundAttachment";
    expect(await page.evaluate(style)).toBe("local, local, scroll, scroll");
    // What is above the columns covers the shadow.
    const back = (of: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${of}')).backgroundColor`);
    expect(await back(".scroll caption")).toBe(await back("body"));
    await table.focus();
    await page.keyboard.press("ArrowRight");
    while ((await table.evaluate((one) => one.scrollLeft)) === 0) await page.waitForTimeout(50);

    await page.setViewportSize({ width: 1600, height: 800 });
    await table.and(page.locator(":not([tabindex])")).waitFor();
  });

  it("shows an alert that fires of several causes once, with each of them in it", async () => {
    const since = +cloud.cloud.now();
    const one = (title: string, about: string, ageS: number) => ({
      ...{ title, about, advice: `Look at '${title}'.`, since: since - ageS * 1000 },
    });
    const firing = [
      one("dev: Schedule failed", "schedule daily", 300),
      one("dev: Tasks become dead letters", "cause a, queue email", 60),
      one("dev: Tasks become dead letters", "cause b, queue email", 5),
    ];
    const alerts = () => ({ now: since, firing });
    const overview = () => overviewOf({});
    await using tab = await openConsolePage(browser, cloud, { answers: { alerts, overview } });
    await tab.open("overview");
    const now = tab.page.getByRole("region", { name: "Now firing" });
    await now.waitFor();

    expect((await now.innerText()).split("\n").filter((line) => line !== "")).toEqual([
      "Now firing",
      "dev: Schedule failed schedule daily, 5 min ago",
      "What to do",
      "dev: Tasks become dead letters 2 times, the newest 5 s ago",
      "cause b, queue email, 5 s ago",
      "cause a, queue email, 1 min ago",
      "What to do",
    ]);
  });

  it("tells of a dead letter its task, its own queue and its error, and of an alert what its words are", async () => {
    const overview = () => overviewOf({});
    await using tab = await openConsolePage(browser, cloud, { answers: { overview } });
    await tab.open("overview");
    const lines = tab.page.getByRole("list", { name: "Events, the latest first" });
    const headers = {
      ...{ "Dead-Letter-Reason": "permanent-error", "Dead-Letter-Queue": "email" },
      ...{ "Dead-Letter-Task": "send-email", "Dead-Letter-Error": "no such user%0A    at x" },
      "Dead-Letter-Task-Id": "fedcba98",
    };
    tab.tell("taskCreated", { ...written("f1baaff9"), headers });
    // A redrive's, which is of no interest.
    tab.tell("taskCreated", written("claim-4c81f0aa"));
    const labels = { cause: "7f3a91c2", queue: "email" };
    const alert = { policy: "p", displayName: "dev: Trouble", severity: "", openTime: 0, labels };
    tab.tell("alertOpened", alert);
    tab.tell("alertClosed", { ...alert, labels: {} });
    await lines.getByText("alert over").waitFor();

    const told = await lines.getByRole("listitem").allInnerTexts();
    expect(told.map((line) => line.replace(/^[\d:.]+ /, "").trim())).toEqual([
      "alert over dev: Trouble",
      "alert dev: Trouble  cause 7f3a91c2, queue email",
      "dead letter email  send-email  permanent-error  no such user f1baaff9",
    ]);

    await tab.page.getByLabel("Filter").fill("fedcba98");
    await lines.getByText("alert over").waitFor({ state: "detached" });
    expect(await lines.getByRole("listitem").count()).toBe(1);
  });

  it("asks the browser for none of its words for times before the first view: it takes long to load them", async () => {
    const { queues } = await consoleCalls(consoleContext(cloud)).queues.run({});
    const overview = () => overviewOf({ queues });
    await using tab = await openConsolePage(browser, cloud, { answers: { overview } });
    await tab.page.addInitScript(`window.asked = 0;
      const own = Intl.DateTimeFormat;
      Intl.DateTimeFormat = function (...of) { window.asked += 1; return new own(...of); };
      for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) {
        const words = Date.prototype[name];
        Date.prototype[name] = function (...of) { window.asked += 1; return words.apply(this, of); };
      }
      new MutationObserver((_, observer) => {
        if (!document.querySelector("table")) return;
        window.askedAtFirst = window.asked;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });`);
    await tab.open("overview");
    await tab.page.getByRole("table").first().waitFor();

    expect(await tab.page.evaluate("window.askedAtFirst")).toBe(0);
    await tab.open("schedules");
    expect(await tab.page.evaluate("window.asked")).toBeGreaterThan(0);
  });

  it("moves a virtual clock alone, and says why not another", async () => {
    let type = "system";
    const clock = () => ({ type, now: new Date(+cloud.cloud.now()).toISOString() });
    await using tab = await openConsolePage(browser, cloud, { answers: { clock } });
    const region = tab.page.getByRole("region", { name: "Clock" });
    const buttons = ["Advance", "Until all is done"].map((name) =>
      region.getByRole("button", { name }),
    );
    await tab.open("local");
    await region.getByText("It is the machine's, which goes on by itself").waitFor();
    for (const button of buttons) {
      expect(await button.isDisabled()).toBe(true);
      expect(await button.getAttribute("aria-describedby")).toBe("clock-state");
    }

    type = "virtual";
    await tab.open("local");
    await region.getByText(/^It stands at 25 Nov, [\d:]{8}\.$/).waitFor();
    for (const button of buttons) expect(await button.isEnabled()).toBe(true);
  });

  it("tells of a log line what the terminal does, with a link to its task", async () => {
    const overview = () => overviewOf({});
    await using tab = await openConsolePage(browser, cloud, { answers: { overview } });
    await tab.open("overview");
    const lines = tab.page.getByRole("list", { name: "Events, the latest first" });
    const ofTask = { "logging.googleapis.com/labels": { queue: "email", taskId: "f1baaff9" } };
    const log = (line: object | string) => {
      const text = typeof line === "string" ? line : JSON.stringify(line);
      tab.tell("containerLog", { service: "s", revision: "r", line: text, stream: "stdout" });
    };
    log({
      severity: "WARNING",
      message: "Slow.",
      to: "you",
      tries: [1, 2],
      status: 422,
      ...ofTask,
    });
    log({ severity: "DEBUG", message: "Nobody is told." });
    log({ severity: "INFO", message: "Done.", outcome: "done", ...ofTask });
    log({ severity: "ERROR", message: "Long.", text: "x".repeat(300) });
    log("plain");
    await lines.getByText("plain").waitFor();

    const told = await lines.getByRole("listitem").allInnerTexts();
    expect(told.map((line) => line.replace(/^[\d:.]+ /, "").trim())).toEqual([
      "log plain",
      `log ERROR  Long.  text=${"x".repeat(194)}…`,
      "log WARNING  Slow.  to=you tries=[1,2] f1baaff9",
    ]);
    const link = lines.getByRole("link");
    expect(await link.getAttribute("href")).toBe("#/task/f1baaff9");
    await tab.page.getByLabel("Filter").fill("f1baaff9");
    await lines.getByText("plain").waitFor({ state: "detached" });
    expect(await lines.getByRole("listitem").count()).toBe(1);
  });

  it("says how a redrive is paced, and that what takes less than a second is done at once", async () => {
    await cloud.die(1, { body: MAIL });
    await cloud.cloud.advance("10s");
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    await tab.open("dead-letters");
    await page.getByRole("checkbox").check();
    for (const name of ["First only", "Per second"]) {
      const field = page.getByRole("textbox", { name });
      expect(await field.getAttribute("aria-describedby")).toBe("redrive-help");
    }
    expect(await page.locator("#redrive-help").innerText()).toBe(
      '"First only" redrives so many, waits for them, and goes on with the rest if nine of ten succeed. ' +
        '"Per second" is how many fall due in a second: ¼ is a quarter of what their queue may send.',
    );

    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByText("email  send-email  1 at 125/s: at once").waitFor();
  });

  it("has an address for each cause, which opens it anew", async () => {
    await cloud.die(1, { body: MAIL, cause: "mailbox-full" });
    await cloud.die(2, { task: undefined });
    await using tab = await openConsolePage(browser, cloud);
    const { page, address } = tab;
    const members = page.getByRole("region", { name: "The oldest 1 of 1, of cause mailbox-full" });
    await tab.open("dead-letters");
    await page.getByRole("link", { name: "mailbox-full", exact: true }).click();
    await members.waitFor();
    expect(page.url()).toBe(`${address}/#/dead-letters/cause/mailbox-full`);
    await page.reload();
    await members.waitFor();
    await page.getByRole("heading", { name: "1 dead letter of cause mailbox-full" }).waitFor();
    await page.getByRole("link", { name: "Close mailbox-full" }).click();
    await members.waitFor({ state: "detached" });
    await page.goBack();
    await members.waitFor();

    await page.getByRole("combobox").first().selectOption("task");
    await page.getByRole("link", { name: "(unknown)", exact: true }).click();
    await page.getByRole("region", { name: "The oldest 1 of 1, of task (unknown)" }).waitFor();
    expect(page.url()).toBe(`${address}/#/dead-letters/task/(unknown)`);
  });

  it("reads the members of the cause that its address names once, as where it is opened", async () => {
    await cloud.die(1, { body: MAIL, cause: "mailbox-full" });
    const asked: string[] = [];
    await using tab = await openConsolePage(browser, cloud, { isLocal: false });
    const { page } = tab;
    page.on("request", (request) => {
      const [, name] = /\/console\/v1\/(\w+)/.exec(request.url()) ?? [];
      if (name === "letters" || name === "deadLetters") asked.push(name);
    });
    await tab.open("dead-letters/cause/mailbox-full");
    await page.getByRole("region", { name: /^The oldest 1/ }).waitFor();
    await page.waitForLoadState("networkidle");

    expect(asked).toEqual(["deadLetters", "letters"]);
  });

  it("shows what is true now to who comes to the overview from another view", async () => {
    let isAsked = false;
    const answers = { overview: () => overviewOf({ problems: isAsked ? ["New."] : ["Old."] }) };
    await using tab = await openConsolePage(browser, cloud, { answers });
    const { page, address } = tab;
    // Nothing is told before somebody has gone elsewhere.
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/console/v1/about*", async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForResponse(/v1\/overview/);
    await page.goto(`${address}/#${"t".repeat(43)}/overview`);
    await asked;
    await page.evaluate("location.hash = '#/schedules'");
    isAsked = true;
    release();
    await page.getByRole("heading", { level: 1, name: "Schedules" }).waitFor();
    const seen = page.getByRole("list", { name: "What somebody should look at" });
    await page.getByRole("link", { name: "Overview" }).click();
    await seen.waitFor();

    expect(await seen.innerText()).toBe("New.");
  });

  it("goes on telling where its tab is hidden before a frame was drawn", async () => {
    const answers = { overview: () => overviewOf({}) };
    await using tab = await openConsolePage(browser, cloud, { answers });
    const { page } = tab;
    await tab.open("overview");
    await page.getByText("Nothing happened yet").waitFor();
    await page.evaluate("window.requestAnimationFrame = () => 0");
    tab.tell("notEmulated", { what: "one" });
    tab.tell("notEmulated", { what: "two" });
    // Once the page has read them.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
    await page.evaluate(
      "Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))",
    );
    await page.getByText("two").first().waitFor();

    tab.tell("notEmulated", { what: "three" });
    expect(await page.getByText("three").first().innerText()).toContain("three");
  });

  it("has a heading for each table, which looks like those of other parts", async () => {
    await using tab = await openConsolePage(browser, cloud);
    await tab.open("queue/email");
    const headings = tab.page.getByRole("heading", { level: 2 });
    await tab.page.getByRole("heading", { name: "Settings", level: 2 }).waitFor();
    await tab.page.getByRole("heading", { name: "The last hour", level: 2 }).waitFor();

    const sizes = "[...document.querySelectorAll('h2')].map((one) => getComputedStyle(one).font)";
    expect(new Set(await tab.page.evaluate<string[]>(sizes)).size).toBe(1);
    expect(await headings.count()).toBeGreaterThan(2);
    // A region is called as before.
    await tab.page.getByRole("region", { name: "Settings", exact: true }).waitFor();
  });

  it("says of a worker's places what its queues have in flight, though its instances were asked sooner", async () => {
    const { queues } = await consoleCalls(consoleContext(cloud)).queues.run({});
    const worker = {
      ...{
        service: "dev-worker",
        isReady: true,
        message: "",
        revision: "dev-worker-1",
        memory: "",
      },
      ...{ minInstances: 0, maxInstances: 2, concurrency: 4, queues: ["email", "default"] },
    };
    const instances = [{ startTime: "2026-11-25T12:00:00Z", inFlight: 0 }];
    const revision = { service: "dev-worker", revision: "dev-worker-1", failures: 0, instances };
    let revisions = [revision];
    let inFlight = 4;
    const overview = () =>
      overviewOf({
        queues: queues.slice(0, 1).map((queue) => ({ ...queue, inFlight })),
        ...{ workers: [worker], revisions },
      });
    await using tab = await openConsolePage(browser, cloud, { answers: { overview } });
    await tab.open("overview");
    await tab.page
      .getByText(
        "dev-worker: ready, dev-worker-1. 1 of 2 instances, 4 of 8 places in use, 0 crashes of what runs now.",
      )
      .waitFor();
    expect(await tab.page.getByRole("cell", { name: /^4 of / }).innerText()).toBe("4 of 1,000");
    // What waits for an instance is in flight too.
    inFlight = 9;
    await tab.open("overview");
    await tab.page.getByText("8 of 8 places in use").waitFor();
    // Of what is gone nothing is counted any more.
    revisions = [];
    await tab.open("overview");
    await tab.page.getByText("0 of 2 instances, 8 of 8 places in use.").waitFor();
  });

  it("says of what died again, and of what is redriven, in which runs it was redriven before, and of what it had died", async () => {
    const life = { reason: "attempts-exhausted", cause: "0a1b2c3d", attempts: 8 };
    const lives = [
      { ...life, time: "2026-11-20T12:00:00.000Z" },
      { ...life, time: "2026-11-21T12:00:00.000Z", run: "20261121T130000Z-9c1f" },
    ];
    const history = JSON.stringify(lives);
    const id = await cloud.die(1, { body: MAIL, cause: "mailbox-full", history });
    const name = `${cloud.operations.queues["email"]!}/tasks/again`;
    const headers = { "Redrive-History": JSON.stringify(lives.slice(1)) };
    const httpRequest = { url: "https://w.invalid/tasks/send-email", headers };
    await cloud.api("POST", `/v2/${cloud.operations.queues["email"]!}/tasks`, {
      task: { name, httpRequest },
    });
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    const fact = page.locator("dl div").filter({ hasText: "Redriven before" });
    await tab.open(`task/${id}`);

    expect(await fact.innerText()).toMatch(
      /^Redriven before\s+2 times, last: run 20261121T130000Z-9c1f, at 21 Nov, [\d:]{8}$/,
    );
    const before = page.getByRole("region", { name: "Redriven before" });
    expect(await before.getByRole("listitem").allInnerTexts()).toEqual([
      expect.stringMatching(
        /^in a run that is not known, after it had died on 20 Nov, [\d:]{8} \(attempts-exhausted\) of 0a1b2c3d$/,
      ),
      expect.stringMatching(
        /^run 20261121T130000Z-9c1f, at 21 Nov, [\d:]{8}, after it had died on 21 Nov, [\d:]{8} \(attempts-exhausted\) of 0a1b2c3d$/,
      ),
    ]);
    await tab.open("task/again");
    expect(await fact.innerText()).toMatch(/^Redriven before\s+run 20261121T130000Z-9c1f, at /);
    await before.getByRole("link", { name: "0a1b2c3d" }).click();
    await page.getByRole("region", { name: "By cause" }).waitFor();
    expect(page.url()).toMatch(/#\/dead-letters\/cause\/0a1b2c3d$/);
    await page.getByRole("link", { name: "mailbox-full", exact: true }).click();
    await page.getByRole("columnheader", { name: "Redriven before" }).waitFor();
  });

  it("says of a task that is on no queue how it ended, where the log or the local cloud tells it", async () => {
    const log = (taskId: string, outcome: string) =>
      cloud.api("POST", "/v2/entries:write", {
        logName: "projects/local-project/logs/run.googleapis.com%2Fstdout",
        resource: { type: "cloud_run_revision", labels: { service_name: "dev-worker" } },
        entries: [
          {
            timestamp: "2026-11-25T11:30:00Z",
            labels: { taskId, task: "send-email" },
            jsonPayload: { message: "It ended.", outcome },
          },
        ],
      });
    await log("logged", "done");
    await log("died", "dead-letter");
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    const shows = async (id: string, title: string, words: RegExp): Promise<void> => {
      await page.evaluate(`location.hash = "#/task/${id}"`);
      await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
      expect(await page.locator("main p").first().innerText()).toMatch(words);
    };
    await tab.open("task/logged");
    await shows("logged", "Done: send-email", /^Task logged was done on 25 Nov, [\d:]{8}\. What/);
    await shows(
      "died",
      "Gone as a dead letter: send-email",
      /became a dead letter on 25 Nov, [\d:]{8}, which is gone: redriven, discarded, or no longer kept\./,
    );
    await shows(
      "told",
      "A task that is on no queue",
      /^Task told is done, or somebody deleted it\./,
    );
    const queue = cloud.operations.queues["email"]!;
    const told = { queue, task: `${queue}/tasks/told`, scheduleTime: 0 };
    const url = "https://w.invalid/tasks/send-digest";
    const delivery = { dispatchCount: 1, status: 204, dispatchTime: 0, durationMs: 1 };
    tab.tell("deliveryFinished", { ...told, ...delivery, url, end: "done" });
    await shows("told", "Done: send-digest", /^Task told was done on 25 Nov/);
    const other = { queue, task: `${queue}/tasks/other` };
    tab.tell("taskCreated", { ...other, url, headers: {}, scheduleTime: 0 });
    tab.tell("taskDeleted", other);
    await shows("other", "Deleted: send-digest", /^Task other was deleted on 25 Nov/);
  });

  it("ticks nothing once that is redriven, and shows with their number those that die again", async () => {
    await cloud.die(1, { body: MAIL });
    await cloud.die(2, { body: MAIL, cause: "mailbox-full" });
    await cloud.cloud.advance("10s");
    await using tab = await openConsolePage(browser, cloud);
    const { page } = tab;
    await tab.open("dead-letters");
    await page.getByRole("button", { name: "Tick all" }).click();
    await page.getByRole("button", { name: "Redrive 2…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /^2 dead letters redriven$/ })
      .waitFor();
    await page.getByText("There are no dead letters.").waitFor();
    const done = page.getByRole("region", { name: "What was done to 2 causes", exact: true });
    expect(await done.getByRole("button").count()).toBe(0);

    tab.tell("taskCreated", written(await cloud.die(3, { body: MAIL, cause: "mailbox-full" })));
    const box = page.getByRole("checkbox", { name: "Tick mailbox-full" });
    await box.waitFor();
    expect(await box.isChecked()).toBe(false);
    // What was done is said as long as nothing else is to be done.
    expect(await done.getByRole("status").innerText()).toBe("2 dead letters redriven");
    await box.check();
    const heading = page.getByRole("heading", { name: "1 dead letter of cause mailbox-full" });
    await heading.waitFor();
    expect(await page.getByRole("button", { name: "Redrive 1…" }).isEnabled()).toBe(true);
    expect(await done.count()).toBe(0);
    // Read again while one is opened, its members are too.
    await box.uncheck();
    await page.getByRole("link", { name: "mailbox-full", exact: true }).click();
    await page.getByRole("region", { name: "The oldest 1 of 1, of cause mailbox-full" }).waitFor();
    tab.tell("taskCreated", written(await cloud.die(4, { body: MAIL, cause: "mailbox-full" })));
    await page.getByRole("region", { name: "The oldest 2 of 2, of cause mailbox-full" }).waitFor();
    await page.getByRole("button", { name: "Redrive 2…" }).waitFor();
  });
});
