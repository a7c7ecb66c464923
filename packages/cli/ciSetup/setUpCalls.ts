import { shellWord } from "../command/shellWord.ts";
import type { BootstrapOutputs } from "./bootstrapOutputs.ts";
import type { Reviewer } from "./reviewers.ts";

/** An argument of gh: a text, or one that ends in a number which GitHub is asked for first. */
export type Argument = string | { readonly before: string; readonly idOf: string };

/** A call of gh. */
export interface Call {
  readonly args: readonly Argument[];
  /** The call is left out where this one's answer names the text already. */
  readonly unless?: { readonly args: readonly string[]; readonly names: string };
}

const MAIN_BRANCH = "main";

const LABELS: Readonly<Record<string, string>> = {
  "review-stack": "Deploy this commit to a throw-away stack",
  drift: "A stack is not what its program says",
  sweep: "A throw-away stack could not be destroyed",
};

/** Everything that GitHub has to know of the bootstrap. Each call may be made again. */
export function setUpCalls(
  { repository, workloadIdentityProvider, githubVariables, githubEnvironments }: BootstrapOutputs,
  reviewers: readonly Reviewer[],
): Call[] {
  const environments = Object.entries(githubEnvironments);
  const reviewed = environments.filter(([, { isReviewed }]) => isReviewed).map(([name]) => name);
  if (reviewed.length > 0 && reviewers.length === 0) {
    throw new Error(
      `Environments ${reviewed.map((name) => `'${name}'`).join(", ")} need reviewers. Name at least one: ` +
        "'--reviewer <login>' or '--reviewer <organization>/<team>'.",
    );
  }
  const setVariable = (name: string, value: string, ...where: readonly string[]): Call => ({
    args: ["variable", "set", name, "--repo", repository, ...where, "--body", value],
  });
  return [
    ...environments.flatMap(([name, rules]) =>
      environmentCalls(repository, name, rules, reviewers),
    ),
    setVariable("WORKLOAD_IDENTITY_PROVIDER", workloadIdentityProvider),
    ...Object.entries(githubVariables).flatMap(([environment, variables]) =>
      Object.entries(variables).map(([name, value]) =>
        setVariable(name, value, "--env", environment),
      ),
    ),
    ...Object.entries(LABELS).map(([name, description]) => ({
      args: [
        "label",
        "create",
        name,
        "--repo",
        repository,
        "--description",
        description,
        "--force",
      ],
    })),
    {
      args: [
        ...["api", "--method", "PUT", `repos/${repository}/actions/permissions/workflow`],
        ...["-f", "default_workflow_permissions=read"],
        ...["-F", "can_approve_pull_request_reviews=false"],
      ],
    },
  ];
}

function environmentCalls(
  repository: string,
  name: string,
  { isMainOnly, isReviewed }: BootstrapOutputs["githubEnvironments"][string],
  reviewers: readonly Reviewer[],
): Call[] {
  const path = `repos/${repository}/environments/${name}`;
  const policies = `${path}/deployment-branch-policies`;
  const make: Call = {
    args: [
      ...["api", "--method", "PUT", path],
      ...(isMainOnly
        ? [
            ...["-F", "deployment_branch_policy[protected_branches]=false"],
            ...["-F", "deployment_branch_policy[custom_branch_policies]=true"],
          ]
        : ["-F", "deployment_branch_policy=null"]),
      ...["-F", `prevent_self_review=${String(isReviewed)}`],
      ...(isReviewed ? reviewers.flatMap(reviewerFields) : ["-F", "reviewers=null"]),
    ],
  };
  if (!isMainOnly) return [make];
  const allowMain: Call = {
    args: ["api", "--method", "POST", policies, "-f", `name=${MAIN_BRANCH}`],
    unless: { args: ["api", policies, "--jq", ".branch_policies[].name"], names: MAIN_BRANCH },
  };
  return [make, allowMain];
}

function reviewerFields({ type, path }: Reviewer): Argument[] {
  return ["-F", `reviewers[][type]=${type}`, "-F", { before: "reviewers[][id]=", idOf: path }];
}

/** A call as one types it, for Bash. */
export function printed({ args, unless }: Call): string {
  const line = `gh ${args.map(shown).join(" ")}`;
  if (!unless) return line;
  return `gh ${unless.args.map(shown).join(" ")} | grep -qx ${unless.names} || ${line}`;
}

function shown(argument: Argument): string {
  if (typeof argument !== "string")
    return `"${argument.before}$(gh ${idCall(argument.idOf).join(" ")})"`;
  return shellWord(argument);
}

/** How GitHub is asked for the number of a person or a team. */
export function idCall(path: string): string[] {
  return ["api", path, "--jq", ".id"];
}
