import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { DEPLOYER_ROLES } from "../../bootstrap/roles.ts";
import {
  allRegistrations,
  type Registration,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

const CONFIG = {
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

type Program = typeof import("../../bootstrap/index.ts");

async function runProgram(): Promise<Program> {
  await startDeployment(CONFIG);
  let program: Program | undefined;
  await jest.isolateModulesAsync(async () => {
    program = await import("../../bootstrap/index.ts");
    // The program has its own copy of the SDK, and only that knows what is under way.
    const { runtime } = await import("@pulumi/pulumi");
    await runtime.disconnect();
  });
  return program!;
}

const leafOf = ({ type }: Registration): string => type.slice(type.lastIndexOf(":") + 1);

async function inputsOf(leaf: string): Promise<Record<string, Record<string, unknown>>> {
  const all = await allRegistrations();
  const found = all.filter((one) => leafOf(one) === leaf && one.type.startsWith("gcp:"));
  return Object.fromEntries(found.map(({ name, inputs }) => [name, inputs]));
}

/** Who is given what, on what. */
async function grants(): Promise<string[]> {
  const all = await allRegistrations();
  return all
    .filter(({ inputs }) => "role" in inputs)
    .map(({ inputs }) => {
      const on =
        inputs["bucket"] ??
        inputs["cryptoKeyId"] ??
        inputs["serviceAccountId"] ??
        inputs["project"];
      return `${short(inputs["member"])} ${String(inputs["role"]).replace("roles/", "")} ${short(on)}`;
    });
}

function short(text: unknown): string {
  return String(text)
    .replace("serviceAccount:", "")
    .replace(/@octo-ci\.iam\.gserviceaccount\.com$/, "")
    .replace(/^projects\/octo-ci\/serviceAccounts\//, "account ")
    .replace(
      "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/",
      "",
    );
}

describe("the bootstrap", () => {
  let program: Program;
  beforeAll(async () => {
    program = await runProgram();
  });

  it("trusts tokens of one repository and owner, by their numbers, and knows jobs by their environment", async () => {
    expect(await inputsOf("WorkloadIdentityPool")).toEqual({
      github: {
        project: "octo-ci",
        workloadIdentityPoolId: "github",
        displayName: "GitHub Actions",
        description: "Jobs of octo-org/background-tasks.",
      },
    });
    expect(await inputsOf("WorkloadIdentityPoolProvider")).toEqual({
      github: {
        project: "octo-ci",
        workloadIdentityPoolId: "github",
        workloadIdentityPoolProviderId: "github",
        displayName: "GitHub Actions",
        oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
        attributeMapping: {
          "google.subject":
            "'repository:' + assertion.repository_id + ':environment:' + assertion.environment",
        },
        attributeCondition:
          "assertion.repository_id == '123456' && assertion.repository_owner_id == '789' && " +
          "(assertion.ref == 'refs/heads/main' || " +
          "assertion.environment in ['dev-preview', 'prod-preview', 'review'])",
      },
    });
  });

  it("keeps the state of each environment where nothing is lost and nobody else looks", async () => {
    const buckets = await inputsOf("Bucket");
    expect(Object.keys(buckets)).toEqual(["dev", "prod", "review"]);
    expect(buckets["prod"]).toEqual({
      project: "octo-ci",
      location: "europe-west1",
      name: "octo-ci-state-prod",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 2_592_000 },
      lifecycleRules: [
        {
          action: { type: "Delete" },
          condition: { numNewerVersions: 100, daysSinceNoncurrentTime: 90 },
        },
      ],
      forceDestroy: false,
    });
  });

  it("encrypts the secrets of each environment with a key of its own, which changes", async () => {
    expect(await inputsOf("KeyRing")).toEqual({
      pulumi: { project: "octo-ci", location: "europe-west1", name: "pulumi" },
    });
    const keys = await inputsOf("CryptoKey");
    expect(Object.keys(keys)).toEqual(["dev", "prod", "review"]);
    expect(keys["dev"]).toEqual({
      name: "dev",
      keyRing: "pulumi-id",
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: "7776000s",
      destroyScheduledDuration: "2592000s",
    });
  });

  it("lets each environment's jobs be that environment's account, and no other", async () => {
    const identities = (await grants()).filter((grant) => grant.includes("workloadIdentityUser"));
    const jobs = (environment: string) =>
      `github/subject/repository:123456:environment:${environment}`;
    expect(identities.sort()).toEqual([
      `${jobs("dev")} iam.workloadIdentityUser account dev-deployer`,
      `${jobs("dev-drift")} iam.workloadIdentityUser account dev-previewer`,
      `${jobs("dev-preview")} iam.workloadIdentityUser account dev-previewer`,
      `${jobs("prod")} iam.workloadIdentityUser account prod-deployer`,
      `${jobs("prod-drift")} iam.workloadIdentityUser account prod-previewer`,
      `${jobs("prod-preview")} iam.workloadIdentityUser account prod-previewer`,
      `${jobs("review")} iam.workloadIdentityUser account review-deployer`,
      `${jobs("review-sweep")} iam.workloadIdentityUser account review-deployer`,
    ]);
  });

  it("grants deployers and previewers this, and nothing else", async () => {
    const given = (await grants()).filter((grant) => !grant.includes("workloadIdentityUser"));
    const deployer = (stack: string) => [
      `${stack}-deployer artifactregistry.admin octo-${stack}`,
      `${stack}-deployer cloudkms.cryptoKeyEncrypterDecrypter ${stack}-id`,
      `${stack}-deployer cloudscheduler.admin octo-${stack}`,
      `${stack}-deployer cloudtasks.queueAdmin octo-${stack}`,
      `${stack}-deployer iam.serviceAccountAdmin octo-${stack}`,
      `${stack}-deployer iam.serviceAccountUser octo-${stack}`,
      `${stack}-deployer logging.configWriter octo-${stack}`,
      `${stack}-deployer monitoring.alertPolicyEditor octo-${stack}`,
      `${stack}-deployer monitoring.dashboardEditor octo-${stack}`,
      `${stack}-deployer monitoring.notificationChannelEditor octo-${stack}`,
      `${stack}-deployer run.admin octo-${stack}`,
      `${stack}-deployer secretmanager.admin octo-${stack}`,
      `${stack}-deployer serviceusage.serviceUsageAdmin octo-${stack}`,
      `${stack}-deployer storage.objectUser octo-ci-state-${stack}`,
    ];
    const previewer = (stack: string) => [
      `${stack}-previewer artifactregistry.reader octo-${stack}`,
      `${stack}-previewer cloudkms.cryptoKeyDecrypter ${stack}-id`,
      `${stack}-previewer cloudscheduler.viewer octo-${stack}`,
      `${stack}-previewer cloudtasks.viewer octo-${stack}`,
      `${stack}-previewer iam.securityReviewer octo-${stack}`,
      `${stack}-previewer iam.serviceAccountViewer octo-${stack}`,
      `${stack}-previewer monitoring.alertPolicyViewer octo-${stack}`,
      `${stack}-previewer monitoring.dashboardViewer octo-${stack}`,
      `${stack}-previewer monitoring.notificationChannelViewer octo-${stack}`,
      `${stack}-previewer projects/octo-${stack}/${stack}_log_metrics octo-${stack}`,
      `${stack}-previewer run.viewer octo-${stack}`,
      `${stack}-previewer secretmanager.secretAccessor octo-${stack}`,
      `${stack}-previewer secretmanager.viewer octo-${stack}`,
      `${stack}-previewer serviceusage.serviceUsageViewer octo-${stack}`,
      `${stack}-previewer storage.objectViewer octo-ci-state-${stack}`,
    ];
    expect(given.sort()).toEqual(
      [
        ...["dev", "prod", "review"].flatMap(deployer),
        ...["dev", "prod"].flatMap(previewer),
        "prod-deployer artifactregistry.reader octo-dev",
      ].sort(),
    );
  });

  it("lets a previewer read log-based metrics and exclusions, and no log", async () => {
    const previews = (await inputsOf("IAMCustomRole"))["dev-log-metrics"];

    expect(previews).toEqual({
      project: "octo-dev",
      roleId: "dev_log_metrics",
      title: "dev: reads log-based metrics and exclusions, and no log",
      permissions: [
        "logging.exclusions.get",
        "logging.exclusions.list",
        "logging.logMetrics.get",
        "logging.logMetrics.list",
      ],
    });
  });

  it("lets a previewer read the values of its own stack's secrets only", async () => {
    const all = await inputsOf("IAMMember");
    const conditions = Object.values(all).filter((inputs) => "condition" in inputs);
    expect(conditions.map(({ role, condition }) => [role, condition])).toEqual(
      ["dev", "prod"].map((stack) => [
        "roles/secretmanager.secretAccessor",
        {
          title: `secrets-of-${stack}`,
          expression: `resource.name.extract("/secrets/{secret}/").startsWith("${stack}-")`,
        },
      ]),
    );
  });

  it("makes no key of an account, gives no basic role and lets nobody unknown in", async () => {
    const all = await allRegistrations();
    const types = [...new Set(all.map(({ type }) => type))];
    expect(types.filter((type) => /serviceaccount\/key|hmacKey/i.test(type))).toEqual([]);
    const roles = all.flatMap(({ inputs: { role } }) => (typeof role === "string" ? [role] : []));
    expect(roles.length).toBeGreaterThan(40);
    expect(roles.filter((role) => /^roles\/(owner|editor|viewer)$/.test(role))).toEqual([]);
    const members = all.map(({ inputs }) => String(inputs["member"]));
    expect(members.filter((member) => /allUsers|allAuthenticatedUsers|\*/.test(member))).toEqual(
      [],
    );
  });

  it("asks for the main branch of every job that deploys to dev or prod, and for a person where users see it", () => {
    const rules = Object.entries(program.githubEnvironments).map(
      ([name, { account, isMainOnly, isReviewed }]) =>
        [name, account, ...(isMainOnly ? ["main"] : []), ...(isReviewed ? ["reviewed"] : [])].join(
          " ",
        ),
    );

    expect(rules).toEqual([
      "dev deployer main",
      "dev-preview previewer",
      "dev-drift previewer main",
      "prod deployer main reviewed",
      "prod-preview previewer reviewed",
      "prod-drift previewer main",
      "review deployer reviewed",
      "review-sweep deployer main",
    ]);
  });

  it("tells the variables that each environment on GitHub needs", async () => {
    const variables = await valueOf(pulumi.output(program.githubVariables));
    expect(Object.keys(variables)).toEqual([
      "dev",
      "dev-preview",
      "dev-drift",
      "prod",
      "prod-preview",
      "prod-drift",
      "review",
      "review-sweep",
    ]);
    expect(variables["prod-preview"]).toEqual({
      SERVICE_ACCOUNT: "prod-previewer@octo-ci.iam.gserviceaccount.com",
      PULUMI_BACKEND_URL: "gs://octo-ci-state-prod",
      PULUMI_SECRETS_PROVIDER: "gcpkms://prod-id",
      GCP_PROJECT: "octo-prod",
      GCP_REGION: "europe-west1",
    });
  });
});

describe("the deployer's roles", () => {
  it("are those that docs/deploy.md tells", () => {
    const document = readFileSync("docs/deploy.md", "utf8");
    const [, section = ""] = /## What the deployer needs\n(.*?)\n##/s.exec(document) ?? [];
    const told = [...section.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role);

    expect([...DEPLOYER_ROLES].sort()).toEqual([...new Set(told)].sort());
  });
});
