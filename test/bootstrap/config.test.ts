import { loadConfig } from "../../bootstrap/config.ts";
import { startDeployment } from "../support/pulumi.ts";

const GIVEN = {
  "gcp:project": "octo-ci",
  "gcp:region": "europe-west1",
  "background-tasks:repository": "octo-org/background-tasks",
  "background-tasks:repositoryId": "123456",
  "background-tasks:ownerId": "789",
  "background-tasks:environments": JSON.stringify({
    dev: { project: "octo-dev" },
    prod: { project: "octo-prod", promotesFrom: "dev" },
    review: { project: "octo-review", throwAway: true },
  }),
};

async function problemsOf(change: Record<string, string>): Promise<string[]> {
  await startDeployment({ ...GIVEN, ...change });
  try {
    loadConfig();
    return [];
  } catch (error) {
    return String(error)
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  - ", ""));
  }
}

describe("the settings of the bootstrap", () => {
  it("are read once, typed", async () => {
    await startDeployment(GIVEN);

    expect(loadConfig()).toEqual({
      project: "octo-ci",
      location: "europe-west1",
      repository: "octo-org/background-tasks",
      repositoryId: "123456",
      ownerId: "789",
      environments: {
        dev: { project: "octo-dev", isThrowAway: false },
        prod: { project: "octo-prod", promotesFrom: "dev", isThrowAway: false },
        review: { project: "octo-review", isThrowAway: true },
      },
    });
  });

  it("are reported together where they are missing", async () => {
    const none = Object.fromEntries(Object.keys(GIVEN).map((key) => [key, ""]));

    expect(await problemsOf(none)).toEqual([
      "'gcp:project': it must be the id of a Google Cloud project.",
      "'gcp:region': it must be a region, such as 'europe-west1'.",
      "'repository': it must be owner and name.",
      "'repositoryId': it must be GitHub's number for it, digits alone, in quotes.",
      "'ownerId': it must be GitHub's number for it, digits alone, in quotes.",
      "'environments': it must be a map from the names of environments to { project }.",
    ]);
  });

  it.each([
    {
      // What would end the text of a condition, and begin another.
      what: "a number that is none",
      change: { repositoryId: "1' || true || '" },
      problems: ["'repositoryId': it must be GitHub's number for it, digits alone, in quotes."],
    },
    {
      what: "a repository without an owner",
      change: { repository: "background-tasks" },
      problems: ["'repository': it must be owner and name, such as 'octo-org/background-tasks'."],
    },
    {
      what: "an environment without a project",
      change: { environments: '{"dev":{}}' },
      problems: ["'environments.dev.project': it must be the id of a Google Cloud project."],
    },
    {
      what: "images from nowhere",
      change: { environments: '{"prod":{"project":"octo-prod","promotesFrom":"stage"}}' },
      problems: ["'environments.prod.promotesFrom' is 'stage', which is no environment."],
    },
    {
      what: "no environment",
      change: { environments: "{}" },
      problems: ["'environments': it must name an environment."],
    },
  ])("are refused for $what", async ({ change, problems }) => {
    const keys = Object.entries(change).map(([key, value]) => [`background-tasks:${key}`, value]);

    expect(await problemsOf(Object.fromEntries(keys))).toEqual(problems);
  });
});
