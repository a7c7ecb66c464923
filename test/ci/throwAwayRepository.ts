import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withBaseImage } from "@background-tasks/cli/pin/baseImage.ts";
import { baseImages } from "@background-tasks/cli/pin/missingPins.ts";
import { PLUGINS_FILE, pluginPins, pluginsText } from "@background-tasks/cli/pin/pluginPins.ts";
import { copyFixtureProject } from "../support/fixtureProject.ts";

/** A text in the place of another in a file; the whole file, in the place of "". */
export type Change = readonly [file: string, from: string | RegExp, to: string];

/** A commit, and what it was pushed as. */
export interface Push {
  readonly branch: string;
  readonly sha: string;
}

/** In the place of `.ci/run`, which is what runs the tests of workflows. */
const GATE =
  '#!/usr/bin/env bash\necho "The gate, in Node $(node --version), after: $(git log --topo-order --format=%s | tail -1)"\n';

/** A digest that nothing here has. */
const DIGEST = "0123456789abcdef".repeat(4);

/**
 * The working tree in a repository of its own, with the fixture's project in the place of the team's, and a bare
 * one as its origin: what is pushed there is what workflows check out.
 */
export class ThrowAwayRepository implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), "throw-away-"));
  readonly directory = join(this.#root, "background-tasks");
  readonly origin = `file://${join(this.#root, "origin.git")}`;

  constructor() {
    const files = execFileSync("git", [
      "ls-files",
      "-z",
      "--cached",
      "--others",
      "--exclude-standard",
    ])
      .toString()
      .split("\0")
      .filter((file) => file !== "");
    for (const file of files) {
      mkdirSync(join(this.directory, dirname(file)), { recursive: true });
      cpSync(file, join(this.directory, file), { force: true });
    }
    copyFixtureProject(this.directory);
    this.edit([".ci/run", /[\s\S]*/, GATE]);
    // Checking types takes longer than all the rest of a job, and is tested where it is.
    for (const command of ["preview", "up", "refresh", "destroy"]) {
      const script = `packages/cli/main.ts ${command}`;
      this.edit(["package.json", `${script}"`, `${script} --no-type-check"`]);
    }
    this.#pin();
    const bare = this.origin.slice("file://".length);
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", bare]);
    // As GitHub has it: any commit can be fetched.
    this.#git("config", "--file", join(bare, "config"), "uploadpack.allowAnySHA1InWant", "true");
    this.#git("init", "--quiet", "--initial-branch", "main", ".");
    this.#git("remote", "add", "origin", this.origin);
  }

  edit(...changes: readonly Change[]): void {
    for (const [file, from, to] of changes) {
      const path = join(this.directory, file);
      const old = from === "" ? "" : readFileSync(path, "utf8");
      const text = old.replace(from, to);
      if (text === old) throw new Error(`The change of '${file}' changes nothing.`);
      writeFileSync(path, from === "" ? to : text);
    }
  }

  /** Commits changes to the main branch; the first time, all that there is. */
  pushMain(message: string, ...changes: readonly Change[]): Push {
    if (changes.length > 0) this.#git("checkout", "--quiet", "main");
    this.edit(...changes);
    return { branch: "main", sha: this.#push(message, "refs/heads/main") };
  }

  /**
   * Commits changes to a pull request's branch, which parts from the main branch where it is new. Returns its head;
   * what GitHub checks out is its merge with the main branch.
   */
  pushPullRequest(number: number, branch: string, ...changes: readonly Change[]): Push {
    const known = this.#git("ls-remote", "origin", `refs/pull/${number}/head`).split("\t")[0] ?? "";
    this.#git("checkout", "--quiet", "--detach", known === "" ? "main" : known);
    this.edit(...changes);
    const sha = this.#push(`Change ${branch}`, `refs/pull/${number}/head`);
    // Not a fork's: but what a fork pushes is not fetched either.
    this.#git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
    this.#git("checkout", "--quiet", "--detach", "main");
    this.#git("merge", "--quiet", "--no-ff", "--message", `Merge ${number}`, sha);
    this.#git("push", "--quiet", "--force", "origin", `HEAD:refs/pull/${number}/merge`);
    return { branch, sha };
  }

  /** Puts the files there that a run is about, as GitHub reads a workflow. */
  checkOut(ref: string): void {
    this.#git("fetch", "--quiet", "origin", ref);
    this.#git("checkout", "--quiet", "--detach", "FETCH_HEAD");
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** As `npm run tasks -- pin` does, which asks the net. */
  #pin(): void {
    const sha256 = { "linux-amd64": DIGEST, "linux-arm64": DIGEST };
    const plugins = pluginPins(this.directory).map((plugin) => ({ ...plugin, sha256 }));
    writeFileSync(join(this.directory, PLUGINS_FILE), pluginsText(plugins));
    for (const { file, project, image } of baseImages(this.directory)) {
      const path = join(this.directory, file);
      const pinned = withBaseImage(
        readFileSync(path, "utf8"),
        project,
        `${image}@sha256:${DIGEST}`,
      );
      writeFileSync(path, pinned);
    }
  }

  #push(message: string, ref: string): string {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--message", message);
    const sha = this.#git("rev-parse", "HEAD").trim();
    this.#git("push", "--quiet", "--force", "origin", `HEAD:${ref}`);
    return sha;
  }

  #git(...args: readonly string[]): string {
    const who = {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "A team",
      GIT_AUTHOR_EMAIL: "team@my-domain.example",
    };
    return execFileSync("git", [...args], {
      cwd: this.directory,
      encoding: "utf8",
      env: {
        ...process.env,
        ...who,
        GIT_COMMITTER_NAME: "A team",
        GIT_COMMITTER_EMAIL: "team@my-domain.example",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
