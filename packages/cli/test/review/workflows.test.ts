import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const WORKFLOWS = ".github/workflows";
const ACTION = ".github/actions/set-up/action.yml";

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const permissions = z.record(z.string(), z.string());
const concurrency = z.looseObject({ "cancel-in-progress": z.unknown().optional() }).optional();
const job = z.looseObject({
  uses: z.string().optional(),
  needs: z.string().optional(),
  concurrency,
  environment: z.string().optional(),
  permissions: permissions.optional(),
  env: z.record(z.string(), z.string()).default({}),
  "timeout-minutes": z.number().optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency,
  jobs: z.record(z.string(), job),
});

/** What google-github-actions/auth leaves for all steps after it: the project that its account is of. */
const SET_BY_THE_LOGIN = [
  ...["CLOUDSDK_CORE_PROJECT", "CLOUDSDK_PROJECT", "GCLOUD_PROJECT"],
  ...["GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"],
];

const files = readdirSync(WORKFLOWS).sort();
const read = (file: string) => workflow.parse(parse(readFileSync(join(WORKFLOWS, file), "utf8")));
const jobs = files.flatMap((file) =>
  Object.entries(read(file).jobs).map(([name, one]) => ({ name: `${file} ${name}`, job: one })),
);
const action = z
  .object({ runs: z.object({ steps: z.array(step) }) })
  .parse(parse(readFileSync(ACTION, "utf8")));
const steps = [...jobs.flatMap(({ job: { steps: own } }) => own), ...action.runs.steps];
const scripts = new Set(
  steps.flatMap(({ run = "" }) =>
    [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name ?? ""),
  ),
);

describe("the workflows", () => {
  it("are these", () => {
    expect(files).toEqual([
      "comment.yml",
      "deploy-stack.yml",
      "deploy.yml",
      "drift.yml",
      "preview-prod.yml",
      "preview-stack.yml",
      "preview.yml",
      "review-stack.yml",
      "roll-back.yml",
      "sweep.yml",
      "test.yml",
    ]);
  });

  it("name every action by its commit, with the version beside it", () => {
    const lines = [...files.map((file) => join(WORKFLOWS, file)), ACTION]
      .flatMap((file) => readFileSync(file, "utf8").split("\n"))
      .filter((line) => /^\s*(- )?uses: (?!\.\/)/.test(line));

    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("let nothing that somebody wrote become part of a script", () => {
    expect(steps.filter(({ run }) => run?.includes("${{") === true)).toEqual([]);
  });

  it("fail where a command does whose output they use", () => {
    const hidden = steps.flatMap(({ run = "" }) =>
      run.split("\n").filter((line) => line.includes("$(npm run") && !/^\s*\w+=\$\(/.test(line)),
    );

    // Bash goes on where it fails within an argument.
    expect(hidden).toEqual([]);
  });

  it("keep no token in the checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);

    expect(checkouts.length).toBeGreaterThan(5);
    expect(checkouts.map((one) => one.with["persist-credentials"])).toEqual(
      checkouts.map(() => false),
    );
  });

  it("say for each step what the login would set for it", () => {
    const overwritten = jobs.flatMap(({ name, job: { env } }) =>
      SET_BY_THE_LOGIN.filter((variable) => variable in env).map((one) => `${name}: ${one}`),
    );

    expect(overwritten).toEqual([]);
  });

  it("end in time", () => {
    const endless = jobs.filter(
      ({ job: one }) => !one.uses && one["timeout-minutes"] === undefined,
    );

    expect(endless.map(({ name }) => name)).toEqual([]);
  });

  it("may read, unless a job says what else it needs", () => {
    const writing = files.filter((file) =>
      Object.values(read(file).permissions).some((access) => access !== "read"),
    );

    expect(writing).toEqual([]);
  });

  it("write where it is their purpose, and are somebody at Google where they have an environment", () => {
    const more = jobs.flatMap(({ name, job: { permissions: own = {}, environment } }) => {
      const writes = Object.keys(own).filter((scope) => own[scope] === "write");
      return writes.length === 0 ? [] : [`${name}: ${writes.join(", ")} (${environment ?? "-"})`];
    });

    expect(more).toEqual([
      "comment.yml comment: pull-requests (-)",
      "deploy-stack.yml deploy: id-token (${{ inputs.stack }})",
      "deploy.yml dev: id-token (-)",
      "deploy.yml prod: id-token (-)",
      "drift.yml drift: id-token, issues (${{ matrix.stack }}-drift)",
      "preview-prod.yml prod: id-token (-)",
      "preview-stack.yml preview: id-token (${{ inputs.stack }}-preview)",
      "preview.yml dev: id-token (-)",
      "review-stack.yml deploy: id-token (review)",
      "review-stack.yml drop-label: pull-requests (-)",
      "review-stack.yml destroy: id-token, issues (review)",
      "roll-back.yml prod: id-token (-)",
      "sweep.yml sweep: id-token, issues (review-sweep)",
    ]);
  });

  it("never run a pull request's code with the main branch's rights", () => {
    expect(files.filter((file) => "pull_request_target" in read(file).on)).toEqual([]);
    const writers = jobs.filter(({ job: { permissions: own = {} } }) =>
      Object.keys(own).includes("pull-requests"),
    );
    const checkedOut = writers.flatMap(({ name, job: { steps: own } }) =>
      own
        .filter(({ uses }) => uses?.startsWith("actions/checkout@"))
        .map((checkout) => [name, checkout.with["ref"]]),
    );
    expect(checkedOut).toEqual([
      ["comment.yml comment", "${{ github.event.repository.default_branch }}"],
      ["review-stack.yml drop-label", "${{ github.event.repository.default_branch }}"],
      ["review-stack.yml destroy", "${{ github.event.repository.default_branch }}"],
      // Of the main branch by itself: nothing but a time starts it.
      ["sweep.yml sweep", undefined],
    ]);
  });

  it("have scripts of at most three lines: what is longer is a command, which is tested", () => {
    const long = steps.filter(({ run = "" }) => run.trim().split("\n").length > 3);

    expect(long).toEqual([]);
  });

  it("run npm's scripts and the gate, and hand on what a script printed", () => {
    const lines = steps.flatMap(({ run }) => run?.trim().split("\n") ?? []);
    const known = [
      /^(?:\w+=\$\()?npm run --silent [\w-]+( -- .*)?$/,
      /^npm ci\b/,
      /^\.ci\/(?:run|pulumi\/install)\b/,
      /^echo "\w+=\$\w+" >> "\$GITHUB_OUTPUT"$/,
    ];

    expect(lines.filter((line) => !known.some((pattern) => pattern.test(line)))).toEqual([]);
  });

  it("show the engine the policy wherever they deploy", () => {
    const ups = steps.flatMap(({ run = "" }) =>
      /npm run (?:--silent )?up\b/.test(run) ? [run] : [],
    );

    // 'release promote' deploys a part of a stack, once it has judged the whole.
    expect(ups.length).toBe(2);
    expect(ups.filter((run) => !run.includes("--policy-pack policy"))).toEqual([]);
    expect(steps.filter(({ run = "" }) => /\bpulumi (?:up|destroy|refresh)\b/.test(run))).toEqual(
      [],
    );
  });

  it("never cancel what deploys, and deploy a stack once at a time", () => {
    const deploying = files.flatMap((file) => {
      const { jobs: own, concurrency: whole } = read(file);
      return Object.values(own)
        .filter(({ steps: its }) =>
          its.some(({ run = "" }) => /npm run --silent (?:up|sweep)\b/.test(run)),
        )
        .map((one) => ({ file, group: one.concurrency ?? whole, whole }));
    });

    expect(deploying.map(({ file }) => file)).toEqual([
      "deploy-stack.yml",
      "review-stack.yml",
      "review-stack.yml",
      "sweep.yml",
    ]);
    for (const { group, whole } of deploying) {
      expect(group).toEqual({ group: expect.any(String) as string });
      expect(whole?.["cancel-in-progress"] ?? false).toBe(false);
    }
  });

  it("deploy what has passed its tests, in the same run, but for an image that ran before", () => {
    const { jobs: deploy } = read("deploy.yml");

    expect(deploy["test"]?.uses).toBe("./.github/workflows/test.yml");
    expect([deploy["dev"]?.needs, deploy["prod"]?.needs]).toEqual(["test", "dev"]);
    expect(read("test.yml").on).toMatchObject({ push: { "branches-ignore": ["main"] } });
    expect(Object.values(read("roll-back.yml").jobs).map(({ uses }) => uses)).toEqual([
      "./.github/workflows/deploy-stack.yml",
    ]);
  });

  it("take nothing from the net that has no digest, where they are prod's", () => {
    const pinned = jobs.flatMap(({ name, job: one }) =>
      one.steps.flatMap(({ with: inputs }) =>
        "pinned" in inputs ? [`${name}: ${String(inputs["pinned"])}`] : [],
      ),
    );

    expect(pinned).toEqual([
      "deploy-stack.yml deploy: ${{ inputs.stack != 'dev' }}",
      "drift.yml drift: ${{ matrix.stack != 'dev' }}",
      "preview-stack.yml preview: ${{ inputs.stack != 'dev' }}",
    ]);
    const [check, cli, plugins, login] = action.runs.steps.slice(-4);
    expect(check?.run).toBe("npm run --silent tasks -- pin --check");
    expect(cli?.run).toBe('.ci/pulumi/install --deploy >> "$GITHUB_PATH"');
    expect(plugins?.run).toBe("npm run --silent tasks -- plugins");
    expect(read("deploy-stack.yml").jobs["deploy"]?.["env"]).toMatchObject({
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    expect(login?.uses).toMatch(/^google-github-actions\/auth@/);
  });

  it("run npm scripts that there are", () => {
    const known = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync("package.json", "utf8"))).scripts;

    expect(scripts.size).toBeGreaterThan(5);
    expect([...scripts].filter((name) => !(name in known))).toEqual([]);
  });
});
