import { evaluate } from "../../../policy/evaluate.ts";
import { grantsListed } from "../../../policy/rules/grantsListed.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import {
  deadLetters,
  INVOKER,
  keeping,
  mayCall,
  queue,
  queueGrant,
  worker,
  WORKER,
} from "../../support/policyWorker.ts";

const SCHEDULER = "scheduler@p.iam.gserviceaccount.com";
const AGENT = "serviceAccount:service-1@gcp-sa-cloudtasks.iam.gserviceaccount.com";
const web = "serviceAccount:web@p.iam.gserviceaccount.com";
const base = [worker(), queue(), deadLetters(), ...keeping, mayCall()];

const account = (email: string) =>
  resource("gcp:serviceaccount/account:Account", email, { project: "p", email });
const actAs = (email: string, properties: object = {}) =>
  resource("gcp:serviceaccount/iAMMember:IAMMember", "acts", {
    serviceAccountId: `projects/p/serviceAccounts/${email}`,
    role: "roles/iam.serviceAccountUser",
    member: AGENT,
    ...properties,
  });
const secret = resource("gcp:secretmanager/secret:Secret", "smtp", {
  project: "p",
  secretId: "test-smtp",
});
const reads = (member: string, role = "roles/secretmanager.secretAccessor") =>
  resource("gcp:secretmanager/secretIamMember:SecretIamMember", "reads", {
    secretId: "test-smtp",
    role,
    member,
  });
const refers = resource("gcp:cloudrunv2/service:Service", "reader", {
  name: "reader",
  template: {
    serviceAccount: "worker@p.iam.gserviceaccount.com",
    containers: [
      {
        envs: [
          {
            name: "SMTP_URL",
            valueSource: { secretKeyRef: { secret: "test-smtp", version: "1" } },
          },
        ],
      },
    ],
  },
});
const refusal = (title: string, role: string, member: string, place: string) =>
  `${title} gives '${role}' to '${member}' on ${place}, which the program does not need; remove it. If you want it, add ` +
  `'${role} ${member}' to 'grants' of 'grants-listed' in PulumiPolicy.<stack>.json.`;

testRule(grantsListed, {
  accepts: {
    "what a worker and its queues need": [...base, queueGrant("email-1a2b", "enqueuer")],
    "a schedule that enqueues": [
      ...base,
      resource("gcp:cloudscheduler/job:Job", "daily", {
        httpTarget: { oauthToken: { serviceAccountEmail: SCHEDULER } },
      }),
      queueGrant("email-1a2b", "enqueuer", { member: `serviceAccount:${SCHEDULER}` }),
    ],
    "a secret's reader": [refers, secret, reads(WORKER)],
    "Cloud Tasks, which acts as the invoker": [...base, account(INVOKER), actAs(INVOKER)],
    "grants on the team's own resources": [
      resource("gcp:storage/bucketIAMMember:BucketIAMMember", "reports", {
        bucket: "reports",
        role: "roles/storage.objectViewer",
        member: web,
      }),
    ],
  },
  refuses: {
    "another enqueuer, in each form of IAM resource": {
      resources: [
        ...base,
        queueGrant("email-1a2b", "enqueuer", { member: web }),
        resource("gcp:cloudtasks/queueIamBinding:QueueIamBinding", "binding", {
          name: "email-1a2b",
          role: "roles/cloudtasks.enqueuer",
          members: [WORKER, "principalSet://iam.googleapis.com/pools/x/*"],
        }),
        resource("gcp:cloudtasks/queueIamPolicy:QueueIamPolicy", "policy", {
          name: "email-1a2b",
          policyData: JSON.stringify({
            bindings: [{ role: "projects/p/roles/mine", members: [WORKER] }],
          }),
        }),
      ],
      messages: [
        refusal(
          "QueueIamMember 'email-1a2b enqueuer'",
          "roles/cloudtasks.enqueuer",
          web,
          "Queue 'dead-letter'",
        ),
        refusal(
          "QueueIamBinding 'binding'",
          "roles/cloudtasks.enqueuer",
          "principalSet://iam.googleapis.com/pools/x/*",
          "Queue 'dead-letter'",
        ),
        refusal("QueueIamPolicy 'policy'", "projects/p/roles/mine", WORKER, "Queue 'dead-letter'"),
      ],
    },
    "an enqueuer of dead letters, and somebody who deletes tasks": {
      resources: [
        ...base,
        queueGrant("kept-3c4d", "enqueuer", { member: web }),
        queueGrant("email-1a2b", "taskDeleter"),
      ],
      messages: [
        refusal(
          "QueueIamMember 'kept-3c4d enqueuer'",
          "roles/cloudtasks.enqueuer",
          web,
          "Queue 'email'",
        ),
        refusal(
          "QueueIamMember 'email-1a2b taskDeleter'",
          "roles/cloudtasks.taskDeleter",
          WORKER,
          "Queue 'dead-letter'",
        ),
      ],
    },
    "a caller who sends no tasks, and one who may change the service": {
      resources: [
        ...base,
        mayCall({ member: web }),
        mayCall({ role: "roles/run.developer", member: "user:a@example.com" }),
      ],
      messages: [
        refusal("ServiceIamMember 'calls'", "roles/run.invoker", web, "Service 'w'"),
        refusal(
          "ServiceIamMember 'calls'",
          "roles/run.developer",
          "user:a@example.com",
          "Service 'w'",
        ),
      ],
    },
    "a secret's reader who does not refer to it, and its administrator": {
      resources: [
        worker(),
        refers,
        secret,
        reads("group:all@example.com"),
        reads(WORKER, "roles/secretmanager.admin"),
      ],
      messages: [
        refusal(
          "SecretIamMember 'reads'",
          "roles/secretmanager.secretAccessor",
          "group:all@example.com",
          "Secret 'smtp'",
        ),
        refusal("SecretIamMember 'reads'", "roles/secretmanager.admin", WORKER, "Secret 'smtp'"),
      ],
    },
    "who acts as the invoker or as the worker": {
      resources: [
        ...base,
        account(INVOKER),
        account("worker@p.iam.gserviceaccount.com"),
        actAs(INVOKER, { member: web }),
        actAs(INVOKER, { role: "roles/iam.serviceAccountTokenCreator" }),
        actAs("worker@p.iam.gserviceaccount.com"),
      ],
      messages: [
        refusal("IAMMember 'acts'", "roles/iam.serviceAccountUser", web, `Account '${INVOKER}'`),
        refusal(
          "IAMMember 'acts'",
          "roles/iam.serviceAccountTokenCreator",
          AGENT,
          `Account '${INVOKER}'`,
        ),
        refusal(
          "IAMMember 'acts'",
          "roles/iam.serviceAccountUser",
          AGENT,
          "Account 'worker@p.iam.gserviceaccount.com'",
        ),
      ],
    },
    "a grant on what another stack has": {
      resources: [...base, queueGrant("elsewhere", "enqueuer")],
      messages: [
        refusal(
          "QueueIamMember 'elsewhere enqueuer'",
          "roles/cloudtasks.enqueuer",
          WORKER,
          "what is none of this stack's resources",
        ),
      ],
    },
  },
});

describe("grants-listed, of a stack that names others", () => {
  it("accepts them, as Google does in any case of the member", () => {
    const resources = [
      ...base,
      queueGrant("email-1a2b", "enqueuer", {
        member: "serviceAccount:Web@p.iam.gserviceaccount.com",
      }),
    ];
    const config = { "grants-listed": { grants: [`roles/cloudtasks.enqueuer ${web}`] } };

    expect(evaluate(resources, {}, [grantsListed])).toHaveLength(1);
    expect(evaluate(resources, config, [grantsListed])).toEqual([]);
  });
});

describe("grants of people", () => {
  const ONCALL = "group:oncall@example.com";
  const SUPPORT = "group:support@example.com";
  const custom = (key: string, ...permissions: string[]) =>
    resource("gcp:projects/iAMCustomRole:IAMCustomRole", key, {
      name: `projects/p/roles/${key}`,
      permissions,
    });
  const roles = [
    custom("pauser", "cloudtasks.queues.get", "cloudtasks.queues.pause"),
    custom("viewer", "cloudtasks.tasks.get", "cloudtasks.tasks.list"),
    custom("reader", "cloudtasks.tasks.list", "cloudtasks.tasks.fullView"),
  ];
  const config = {
    "grants-listed": {
      operators: [ONCALL],
      viewers: [SUPPORT],
      grants: [`roles/cloudtasks.viewer ${web}`],
    },
  };

  it.each([
    ["kept-3c4d", "roles/cloudtasks.viewer", ONCALL, true],
    ["kept-3c4d", "roles/cloudtasks.taskDeleter", ONCALL, true],
    ["kept-3c4d", "projects/p/roles/pauser", ONCALL, true],
    ["kept-3c4d", "roles/cloudtasks.queueAdmin", ONCALL, false],
    ["kept-3c4d", "projects/p/roles/viewer", SUPPORT, true],
    ["kept-3c4d", "projects/p/roles/reader", SUPPORT, false],
    ["kept-3c4d", "projects/p/roles/pauser", SUPPORT, false],
    ["kept-3c4d", "roles/cloudtasks.viewer", SUPPORT, false],
    ["email-1a2b", "roles/cloudtasks.viewer", web, true],
    // Listed, and closed all the same: it would read the payloads of dead letters.
    ["kept-3c4d", "roles/cloudtasks.viewer", web, false],
  ])("on %s, '%s' for '%s' is in order: %s", (name, role, member, isInOrder) => {
    const grant = resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "grant", {
      name,
      role,
      member,
    });

    const found = evaluate([...base, ...roles, grant], config, [grantsListed]);
    expect(found).toHaveLength(isInOrder ? 0 : 1);
  });
});
