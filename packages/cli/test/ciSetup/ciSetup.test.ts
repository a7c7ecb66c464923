import { MissingProgram, runProgram } from "../../command/program.ts";
import { applyCalls } from "../../ciSetup/applyCalls.ts";
import { bootstrapOutputs } from "../../ciSetup/bootstrapOutputs.ts";
import { reviewer } from "../../ciSetup/reviewers.ts";
import { printed, setUpCalls } from "../../ciSetup/setUpCalls.ts";

const OUTPUTS = {
  repository: "octo-org/tasks",
  workloadIdentityProvider: "projects/1/providers/github",
  githubEnvironments: {
    prod: { account: "deployer", isMainOnly: true, isReviewed: true },
    "dev-preview": { account: "previewer", isMainOnly: false, isReviewed: false },
  },
  githubVariables: { prod: { GCP_PROJECT: "octo-prod" } },
};
const REVIEWERS = ["octocat", "octo-org/platform"].map(reviewer);

/** A `gh` that answers so, and what it is asked. */
function standIn(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const run = (file: string, args: readonly string[]) => {
    const call = [file, ...args].join(" ");
    asked.push(call);
    const [, answer = ""] = Object.entries(answers).find(([begin]) => call.startsWith(begin)) ?? [];
    return Promise.resolve(answer);
  };
  return { run, asked };
}

const PRINTED = [
  "gh api --method PUT repos/octo-org/tasks/environments/prod " +
    "-F 'deployment_branch_policy[protected_branches]=false' " +
    "-F 'deployment_branch_policy[custom_branch_policies]=true' -F prevent_self_review=true " +
    `-F 'reviewers[][type]=User' -F "reviewers[][id]=$(gh api users/octocat --jq .id)" ` +
    `-F 'reviewers[][type]=Team' -F "reviewers[][id]=$(gh api orgs/octo-org/teams/platform --jq .id)"`,
  "gh api repos/octo-org/tasks/environments/prod/deployment-branch-policies --jq '.branch_policies[].name' | " +
    "grep -qx main || gh api --method POST repos/octo-org/tasks/environments/prod/deployment-branch-policies " +
    "-f name=main",
  "gh api --method PUT repos/octo-org/tasks/environments/dev-preview -F deployment_branch_policy=null " +
    "-F prevent_self_review=false -F reviewers=null",
  "gh variable set WORKLOAD_IDENTITY_PROVIDER --repo octo-org/tasks --body projects/1/providers/github",
  "gh variable set GCP_PROJECT --repo octo-org/tasks --env prod --body octo-prod",
  "gh label create review-stack --repo octo-org/tasks --description 'Deploy this commit to a throw-away stack' --force",
  "gh label create drift --repo octo-org/tasks --description 'A stack is not what its program says' --force",
  "gh label create sweep --repo octo-org/tasks --description 'A throw-away stack could not be destroyed' --force",
  "gh api --method PUT repos/octo-org/tasks/actions/permissions/workflow -f default_workflow_permissions=read " +
    "-F can_approve_pull_request_reviews=false",
];

describe("What GitHub has to know of the bootstrap", () => {
  it("is printed as calls that Bash runs", async () => {
    const { run, asked } = standIn({ pulumi: JSON.stringify(OUTPUTS) });

    const calls = setUpCalls(await bootstrapOutputs("bootstrap", run), REVIEWERS);

    expect(calls.map(printed)).toEqual(PRINTED);
    expect(asked).toEqual(["pulumi stack output --json"]);
  });

  it("is told to GitHub, with the reviewers' numbers, once gh is logged in", async () => {
    const { run, asked } = standIn({ "gh api users": "7\n", "gh api orgs": "8\n" });
    const told: string[] = [];

    await applyCalls(setUpCalls(OUTPUTS, REVIEWERS), run, (line) => told.push(line));

    expect(told).toEqual(PRINTED);
    expect(asked.slice(0, 6)).toEqual([
      "gh auth status",
      "gh api users/octocat --jq .id",
      "gh api orgs/octo-org/teams/platform --jq .id",
      "gh api --method PUT repos/octo-org/tasks/environments/prod " +
        "-F deployment_branch_policy[protected_branches]=false " +
        "-F deployment_branch_policy[custom_branch_policies]=true -F prevent_self_review=true " +
        "-F reviewers[][type]=User -F reviewers[][id]=7 -F reviewers[][type]=Team -F reviewers[][id]=8",
      "gh api repos/octo-org/tasks/environments/prod/deployment-branch-policies --jq .branch_policies[].name",
      "gh api --method POST repos/octo-org/tasks/environments/prod/deployment-branch-policies -f name=main",
    ]);
  });

  it("may be told again: a branch that is allowed already is not allowed twice", async () => {
    const { run, asked } = standIn({ "gh api repos": "main\n" });

    await applyCalls(setUpCalls(OUTPUTS, REVIEWERS), run, () => undefined);

    expect(asked.filter((call) => call.includes("POST"))).toEqual([]);
  });

  it("is not told by halves where nobody is logged in", async () => {
    const asked: string[] = [];
    const run = (_: string, args: readonly string[]) => {
      asked.push(args.join(" "));
      return Promise.reject(new Error("not logged in"));
    };

    await expect(applyCalls(setUpCalls(OUTPUTS, REVIEWERS), run, () => undefined)).rejects.toThrow(
      "'gh' is not logged in; run 'gh auth login' as an administrator of the repository, or leave out '--apply' to see the calls.",
    );
    expect(asked).toEqual(["auth status"]);
  });

  it("says of a call that GitHub does not take what it says, and once", async () => {
    const run = (_: string, args: readonly string[]) =>
      args[0] === "label"
        ? Promise.reject(
            new Error(`Command failed: gh ${args.join(" ")}\ngh: Not Found (HTTP 404)\n`),
          )
        : Promise.resolve("");
    const told: string[] = [];

    await expect(
      applyCalls(setUpCalls(OUTPUTS, REVIEWERS), run, (line) => told.push(line)),
    ).rejects.toMatchObject({
      message:
        "GitHub did not take this call; those before it are made, and all may be made again. 'gh' says:\n" +
        "gh: Not Found (HTTP 404)",
    });
    expect(told.at(-1)).toMatch(/^gh label create review-stack /);
  });

  it("asks for gh where there is none", async () => {
    const run = () => Promise.reject(new MissingProgram("gh"));

    await expect(applyCalls([], run, () => undefined)).rejects.toThrow(
      "'gh' is not on the PATH. Install it: https://cli.github.com",
    );
  });

  it("needs reviewers where a person is to let jobs run", () => {
    expect(() => setUpCalls(OUTPUTS, [])).toThrow(
      "Environments 'prod' need reviewers. Name at least one: '--reviewer <login>' or " +
        "'--reviewer <organization>/<team>'.",
    );
  });

  it("is missed where the bootstrap is of an older program", async () => {
    const { run } = standIn({ pulumi: JSON.stringify({ workloadIdentityProvider: "p" }) });

    await expect(bootstrapOutputs("bootstrap", run)).rejects.toThrow(
      "The bootstrap's stack has no readable output 'repository', 'githubVariables', 'githubEnvironments'. " +
        "Run 'pulumi up' in 'bootstrap': docs/ci.md says how.",
    );
  });

  it.each([
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      "The Pulumi CLI is not logged in: run 'pulumi login <backend>', with the backend that the bootstrap's state is in, " +
        "then 'pulumi stack select <stack>' in 'bootstrap' (docs/ci.md).",
    ],
    [
      "error: no stack selected; please use `pulumi stack select` to choose one",
      "No stack is selected there: run 'pulumi stack select <stack>' in 'bootstrap'. Where there is none, an owner makes " +
        "it first (docs/ci.md).",
    ],
    [
      "error: no Pulumi.yaml project file found",
      "It is no folder of a Pulumi project: name the bootstrap's with '--bootstrap <folder>'.",
    ],
    [
      "error: no stack named 'prod' found",
      "The stack selected there, 'prod', is not in the backend that the Pulumi CLI is logged in to: run 'pulumi stack " +
        "select <stack>' in 'bootstrap', or 'pulumi login <backend>' first (docs/ci.md).",
    ],
    // What nobody foresaw is told in Pulumi's words.
    [
      "error: passphrase must be set",
      "docs/ci.md says how they are made.\nCommand failed: pulumi stack output --json\nerror: passphrase must be set",
    ],
  ])("says what to do where Pulumi says '%s'", async (reason, next) => {
    const run = () =>
      Promise.reject(new Error(`Command failed: pulumi stack output --json\n${reason}\n`));

    await expect(bootstrapOutputs("bootstrap", run)).rejects.toMatchObject({
      message: `The outputs of the bootstrap's stack in 'bootstrap' cannot be read. ${next}`,
    });
  });

  it("says that a folder is not there, and not that the CLI is", async () => {
    await expect(bootstrapOutputs("nowhere", runProgram)).rejects.toMatchObject({
      message:
        "The outputs of the bootstrap's stack in 'nowhere' cannot be read. There is no such folder: name the " +
        "bootstrap's with '--bootstrap <folder>'.",
    });
  });

  it("asks for the Pulumi CLI where there is none", async () => {
    const run = () => Promise.reject(new MissingProgram("pulumi"));

    await expect(bootstrapOutputs("bootstrap", run)).rejects.toThrow(
      "The Pulumi CLI is not on the PATH. Install it: https://www.pulumi.com/docs/install/",
    );
  });
});
