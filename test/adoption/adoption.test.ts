import { createServer, type Server } from "node:http";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from "node:net";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { commandsIn } from "../engine/documents.ts";
import { blockFor, blocksOf, withBlock, withoutEntry } from "./readme.ts";
import { TeamProject } from "./teamProject.ts";

/*
 * A team makes the tree its own: what README says, step by step, on a copy, with the code of README's own
 * blocks. After each step everything that the team would run is green. The steps build on each other.
 */

// A step runs what a team runs, and one of them the suite: a slow machine is no failure.
jest.setTimeout(3_600_000);

const ADD = "Add a task";
const SETTING = "Add a setting";
const WORKER = "Add a worker";

let team: TeamProject;
/** A page that a handler can ask for. */
let site: Server;
let page: string;
let asked: (string | undefined)[];
/** A database of this machine, which a handler can connect to. */
let database: TcpServer;
let connections = 0;

beforeAll(async () => {
  team = new TeamProject();
  site = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end("hello");
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  database = createTcpServer((socket) => {
    connections += 1;
    socket.end();
  });
  await new Promise<void>((resolve) => database.listen(0, "127.0.0.1", resolve));
  page = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  team[Symbol.dispose]();
  site.close();
  database.close();
});

/** What a team runs after a change. */
const CHECKS = [
  "npm run --silent check",
  "npm test --silent -- --selectProjects stack",
  "npm run --silent policy",
  "npm run --silent diff -- --base main",
];

async function expectAllGreen(): Promise<void> {
  for (const command of CHECKS) {
    const { code, output } = await team.run(command);
    expect({ command, code, output: code === 0 ? "" : output }).toEqual({
      command,
      code: 0,
      output: "",
    });
  }
}

function add(section: string, ...files: string[]): void {
  for (const file of files) team.edit(file, (text) => withBlock(text, blockFor(section, file)));
}

function drop(file: string, ...entries: string[]): void {
  for (const entry of entries) team.edit(file, (text) => withoutEntry(text, entry));
}

describe("A team that adopts the tree", () => {
  it("(a) adds a task by README's four files, and sees it done", async () => {
    add(ADD, "tasks/queues.ts", "tasks/tasks.ts", "worker/handlers/index.ts");
    const handler = "worker/handlers/warmCache.ts";
    team.write(handler, `${blockFor(ADD, handler)}\n`);

    expect(team.git("status", "--short").split("\n").filter(Boolean).sort()).toEqual([
      " M tasks/queues.ts",
      " M tasks/tasks.ts",
      " M worker/handlers/index.ts",
      "?? worker/handlers/warmCache.ts",
    ]);
    await expectAllGreen();
    expect(await team.deliver("warm-cache", { url: page })).toBe(204);
    expect(asked).toEqual([undefined]);
    team.commit("Warm the cache");
  });

  it.each([
    {
      wrong: "a task without a handler",
      file: "worker/handlers/index.ts",
      from: '  "warm-cache": warmCache,\n',
      to: "",
      red: "the stack has a handler for each task, and none for another",
    },
    {
      wrong: "a queue without retry limits",
      file: "tasks/queues.ts",
      from: "maxAttempts: 5, ",
      to: "",
      red: "the stack in each of its environments is configured as its queues, tasks, schedules and settings require",
    },
    {
      wrong: "a public worker",
      file: "infra/worker.ts",
      from: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      to: "INGRESS_TRAFFIC_ALL",
      red: "the stack in each of its environments keeps the policy",
    },
  ])("is told of $wrong by the one test that speaks of it", async ({ file, from, to, red }) => {
    team.edit(file, (text) => text.replace(from, to));

    const { output } = await team.run("npm test --silent -- --selectProjects stack");
    team.git("checkout", "--quiet", file);

    const failed = [...output.matchAll(/^ {2}● (.+)$/gm)].map(([, name = ""]) => name);
    expect([...new Set(failed)].map((name) => name.replaceAll(" › ", " "))).toEqual([red]);
  });

  it("(b) adds a schedule, a setting and a secret", async () => {
    add(ADD, "tasks/schedules.ts");
    add(SETTING, "tasks/settings.ts");
    team.edit("tasks/settings.ts", (text) =>
      withBlock(text, '  cacheName: setting(z.string(), "Its name.", { example: "edge" }),'),
    );
    const given = blockFor(SETTING, "tasks/tasks.ts").replace("[", '["cacheName", ');
    team.edit("tasks/tasks.ts", (text) =>
      text.replace('queue: "pages",\n', `queue: "pages",\n${given}\n`),
    );
    team.edit("worker/handlers/warmCache.ts", (text) =>
      text
        .replace("{ signal, log }", "{ settings, signal, log }")
        .replace("{ signal }", "{ signal, headers: { authorization: settings.cacheToken } }"),
    );

    await expectAllGreen();
    expect(await team.deliver("warm-cache", { url: page })).toBe(204);
    expect(asked).toEqual(["not-a-token"]);
    team.commit("Ask with a token");
  });

  it("(c) fills in dev's configuration as README says, in another region", async () => {
    const hasCli = spawnSync("pulumi", ["version"]).status === 0;
    if (hasCli) await configureWithPulumi();
    else {
      process.stderr.write("The Pulumi CLI is not on the PATH: dev's configuration is written.\n");
      team.edit("Pulumi.dev.yaml", (text) =>
        text.replace(
          "config:\n",
          'config:\n  gcp:project: my-project\n  settings: { mailFrom: "a@b.example" }\n',
        ),
      );
    }
    team.edit("Pulumi.dev.yaml", (text) => text.replace("europe-west1", "us-central1"));

    await expectAllGreen();
    expect(team.git("status", "--short")).toBe(" M Pulumi.dev.yaml\n");
    team.commit("Configure dev");
  });

  it("(d) removes both samples, and everything passes with one task of its own", async () => {
    drop("tasks/tasks.ts", "send-email", "send-digest");
    drop("tasks/queues.ts", "email");
    drop("tasks/schedules.ts", "daily-digest");
    drop("tasks/settings.ts", "mailFrom", "smtpUrl");
    drop("worker/handlers/index.ts", "send-email", "send-digest");
    team.edit("worker/handlers/index.ts", (text) =>
      text.replace(/import \{ send\w+ \} from .*\n/g, ""),
    );
    team.remove("test/stack/handlers");
    for (const name of ["digestDate", "mailer", "sendDigest", "sendEmail"]) {
      team.remove(`worker/handlers/${name}.ts`);
    }
    team.edit("Pulumi.local.yaml", (text) =>
      text.replace(/ {2}background-tasks:schedules:[\s\S]*/, ""),
    );
    team.edit("Pulumi.prod.yaml", (text) =>
      text.replace(/ {2}background-tasks:queues:[\s\S]*/, ""),
    );
    team.edit("Pulumi.dev.yaml", (text) =>
      text
        .replace(/ {2}background-tasks:schedules:\n(?: {4}.*\n)*/, "")
        .replace(/ {2}(?:background-tasks:)?settings:.*\n(?: {4}.*\n(?: {6}.*\n)*)*/, ""),
    );

    await expectAllGreen();
    expect(await team.deliver("warm-cache", { url: page })).toBe(204);
    team.commit("Remove the samples");

    // The engine's, the image's, the browser's and PromQL's tests have the same project of their own, and run in
    // this tree. The local cloud's and those of Google's rules know no file of a team's (test/imports.test.ts), and
    // what runs a stack from its start to its end runs the fixture's.
    const workers = `--maxWorkers ${Math.floor(availableParallelism() * 1.5)}`;
    const known =
      "--testPathPatterns '^(?!.*packages/(cloud/|google/|cli/test/(start|chaos|console|demo)/))'";
    for (const suite of [
      "npm run --silent test:coverage -- --testPathPatterns '^(?!.*/infra/alerts/expressions)'",
      `npm test --silent -- --selectProjects machinery ${known}`,
    ]) {
      const { code, output } = await team.run(`${suite} --silent ${workers}`, {
        PATH: withoutPulumi(process.env["PATH"] ?? ""),
        ENGINE_TESTS: "",
        BROWSER_TESTS: "none",
        DOCKER_HOST: "unix:///nowhere",
      });
      expect({ suite, code, output: code === 0 ? "" : output }).toEqual({
        suite,
        code: 0,
        output: "",
      });
    }
    expect(team.git("status", "--short")).toBe("");
  });

  it("(e) renames a queue and a task", async () => {
    for (const file of ["tasks/queues.ts", "tasks/tasks.ts"]) {
      team.edit(file, (text) => text.replaceAll(/\bpages\b/g, "web"));
    }
    for (const file of ["tasks/tasks.ts", "tasks/schedules.ts", "worker/handlers/index.ts"]) {
      team.edit(file, (text) => text.replaceAll("warm-cache", "fetch-page"));
    }
    team.edit("worker/handlers/warmCache.ts", (text) => text.replace("warm-cache", "fetch-page"));

    await expectAllGreen();
    expect(await team.deliver("fetch-page", { url: page })).toBe(204);
    team.commit("Call things by other names");
  });

  it("(f) gives a handler a package from npm", async () => {
    const installed = await team.run("npm install --workspace worker/handlers picocolors");
    expect(installed.code === 0 ? "" : installed.output).toBe("");
    team.edit("worker/handlers/warmCache.ts", (text) =>
      `import colors from "picocolors";\n${text}`.replace(
        "log.info({ url }",
        "log.info({ url: colors.bold(url) }",
      ),
    );

    await expectAllGreen();
    expect(await team.deliver("fetch-page", { url: page })).toBe(204);
    team.commit("Log in colours");
  });

  it("(g) adds a worker by README's two files, with a database in a VPC", async () => {
    add(WORKER, "tasks/workers.ts");
    const named = blockFor(WORKER, "tasks/queues.ts");
    team.edit("tasks/queues.ts", (text) => text.replace("  web: {\n", `  web: {\n${named}\n`));
    team.commit("Give pages a worker");
    const company = blocksOf("docs/company.md").find(
      ({ section }) => section === "Private networks",
    );
    const [network = ""] = /network: \{.*\}(?=,\n)/.exec(company?.code ?? "") ?? [];
    expect(network).toBe(
      'network: { network: "default", subnetwork: "workers", tags: ["to-database"] }',
    );
    team.edit("tasks/workers.ts", (text) =>
      text.replace("maxInstances: 2 }", `maxInstances: 2, ${network} }`),
    );
    team.edit("tasks/settings.ts", (text) =>
      withBlock(
        text,
        '  databaseUrl: secret(z.url(), "Where pages are kept.", {\n' +
          '    example: "postgres://127.0.0.1:5432/pages",\n  }),',
      ),
    );
    team.edit("tasks/tasks.ts", (text) =>
      text.replace('settings: ["cacheName", ', 'settings: ["databaseUrl", "cacheName", '),
    );
    const { port } = database.address() as AddressInfo;
    team.edit(
      "Pulumi.local.yaml",
      (text) =>
        `${text}  background-tasks:settings:\n    databaseUrl: postgres://127.0.0.1:${port}/pages\n`,
    );
    team.edit("worker/handlers/warmCache.ts", (text) =>
      `import { once } from "node:events";\nimport { connect } from "node:net";\n${text}`.replace(
        "  const response",
        "  const { hostname, port } = new URL(settings.databaseUrl);\n" +
          '  await once(connect(Number(port), hostname), "connect");\n  const response',
      ),
    );

    await expectAllGreen();
    expect(await team.deliver("fetch-page", { url: page })).toBe(204);
    expect(connections).toBe(1);
    const { output } = await team.run("npm run --silent diff -- --base main --stack prod");
    expect(output).toMatch(/update .*Service worker:pages /);
    expect(output).toMatch(/template\.vpcAccess/);
    team.commit("Keep pages in a database");
  });

  it("(h) takes a newer machinery by the merge that docs/upgrade.md describes", async () => {
    using machinery = newerMachinery(team);
    const [addRemote = "", ...rest] = commandsIn("docs/upgrade.md", "Take a newer machinery");
    expect(addRemote).toMatch(/^git remote add machinery /);
    expect(rest).toEqual([
      "git config merge.ours.driver true",
      "git fetch machinery",
      "git merge machinery/main",
      "npm install",
      "npm run check",
      "npm test",
      "npm run policy",
      "npm run diff -- --base HEAD~1",
    ]);
    const as = {
      GIT_AUTHOR_NAME: "Team",
      GIT_AUTHOR_EMAIL: "team@example.com",
      GIT_COMMITTER_NAME: "Team",
      GIT_COMMITTER_EMAIL: "team@example.com",
    };
    const tasks = team.read("tasks/tasks.ts");
    await team.run(`git remote add machinery ${machinery.directory}`);
    await team.run("git config merge.ours.driver true && git fetch machinery");

    const merged = await team.run("git merge --no-edit machinery/main", as);

    // What was deleted here and changed there is all that Git asks about.
    expect(merged.output.match(/^CONFLICT.*?: (\S+)/gm)).toEqual([
      "CONFLICT (modify/delete): worker/handlers/sendEmail.ts",
    ]);
    const ended = await team.run(
      "git rm --quiet worker/handlers/sendEmail.ts && git commit --no-edit && npm install",
      as,
    );
    expect(ended.code === 0 ? "" : ended.output).toBe("");
    expect(team.read("tasks/tasks.ts")).toBe(tasks);
    expect(team.read("worker/server.ts")).toContain("// Newer.");
    await expectAllGreen();
    expect(await team.deliver("fetch-page", { url: page })).toBe(204);
  });
});

/** The folders where commands are looked for, but those of the Pulumi CLI. */
function withoutPulumi(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !existsSync(join(folder, "pulumi")))
    .join(delimiter);
}

/** README's `pulumi config set …` of dev, in a backend of its own. */
async function configureWithPulumi(): Promise<void> {
  const backend = mkdtempSync(join(tmpdir(), "pulumi-backend-"));
  const env = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_HOME: join(backend, "home"),
    PULUMI_CONFIG_PASSPHRASE: "team",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  try {
    const commands = commandsIn("README.md", "Deploy it").filter((command) =>
      /^pulumi (?:stack init|config set)/.test(command),
    );
    expect(commands).toHaveLength(4);
    for (const command of [...commands, "pulumi config set --secret --path settings.cacheToken"]) {
      const value = command.includes("smtpUrl") ? "smtp://u:p@mail.example:587" : "a-real-token";
      const isAsked = command.includes("--secret");
      const { code, output } = await team.run(
        isAsked ? `printf %s '${value}' | ${command}` : command,
        env,
      );
      expect({ command, code, output: code === 0 ? "" : output }).toEqual({
        command,
        code: 0,
        output: "",
      });
    }
  } finally {
    rmSync(backend, { recursive: true });
  }
  expect(team.read("Pulumi.dev.yaml")).not.toContain("a-real-token");
}

/** The machinery that the team began with, and a commit more: of machinery, and of samples. */
function newerMachinery({ directory }: TeamProject): Disposable & { readonly directory: string } {
  const clone = mkdtempSync(join(tmpdir(), "machinery-"));
  const run = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=M", "-c", "user.email=m@example.com", ...args], {
      cwd: clone,
      encoding: "utf8",
    });
  run("clone", "--quiet", directory, ".");
  const first = run("rev-list", "--max-parents=0", "HEAD").trim();
  run("checkout", "--quiet", "-B", "main", first);
  for (const file of [
    "worker/server.ts",
    "packages/google/cron.ts",
    "infra/taskQueue.ts",
    "tasks/tasks.ts",
    "tasks/queues.ts",
    "worker/handlers/index.ts",
    "worker/handlers/sendEmail.ts",
  ]) {
    execFileSync("bash", ["-c", `printf '// Newer.\\n' >> '${file}'`], { cwd: clone });
  }
  execFileSync("bash", ["-c", "sed -i '1s/.*/# Newer/' README.md"], { cwd: clone });
  run("commit", "--quiet", "--all", "--message", "Newer");
  return {
    directory: clone,
    [Symbol.dispose]() {
      rmSync(clone, { recursive: true });
    },
  };
}
