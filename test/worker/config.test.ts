import { loadConfig } from "../../worker/config.ts";
import { contract } from "../fixtures/project/tasks/index.ts";

const { settings } = contract;

const ADVICE =
  "The worker reads them at start; infra sets them on the service, Cloud Run sets PORT.";
const queues = {
  email: {
    name: "projects/p/locations/l/queues/dev-email-1a2b",
    dispatchDeadline: "60s",
    maxAttempts: 8,
    maxDeliveries: 40,
  },
};
const complete = {
  PORT: "8080",
  TASKS_QUEUES: JSON.stringify(queues),
  TASKS_DEAD_LETTER_QUEUE: "projects/p/locations/l/queues/dev-dead-letter-0000",
  TASKS_INVOKER: "invoker@p.iam.gserviceaccount.com",
  SMTP_URL: "smtp://user:hunter2@mail.example.com:587",
  MAIL_FROM: "Example <noreply@example.com>",
};

/** The error of an environment that differs from a complete one. */
function refusal(change: Record<string, string | undefined>): string {
  try {
    loadConfig(settings, { ...complete, ...change });
    return "not refused";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("loadConfig of one of several workers", () => {
  const share = { settings: ["mailFrom"], enqueues: ["email"] };
  const ofShare = (given: unknown) => ({ ...complete, TASKS_WORKER: JSON.stringify(given) });

  it("requires the settings that it is given, and no others", () => {
    expect(loadConfig(settings, { ...ofShare(share), SMTP_URL: undefined })).toMatchObject({
      share,
      settings: { mailFrom: complete.MAIL_FROM },
    });
    expect(refusal({ TASKS_WORKER: JSON.stringify(share), MAIL_FROM: "" })).toBe(
      `Missing environment variables: 'MAIL_FROM'. ${ADVICE}`,
    );
  });

  it("reads no other, though it is there", () => {
    expect(loadConfig(settings, ofShare(share)).settings).toEqual({
      mailFrom: complete.MAIL_FROM,
    });
  });

  it("passes over what it does not know: it is that of a newer program", () => {
    const newer = { settings: ["mailFrom", "token"], enqueues: [], regions: [] };

    expect(loadConfig(settings, ofShare(newer))).toMatchObject({
      share: { settings: ["mailFrom", "token"], enqueues: [] },
      settings: { mailFrom: complete.MAIL_FROM },
    });
  });

  it("refuses a share that is none", () => {
    expect(refusal({ TASKS_WORKER: '{"settings":5}' })).toBe(
      "'TASKS_WORKER.settings': it must be a list. 'TASKS_WORKER.enqueues': it must be a list. " +
        ADVICE,
    );
    expect(refusal({ TASKS_WORKER: "all" })).toContain("'TASKS_WORKER': not JSON: ");
  });
});

describe("loadConfig", () => {
  it("reads what Cloud Run and the program set", () => {
    expect(
      loadConfig(settings, {
        ...complete,
        HOST: "127.0.0.1",
        TASKS_ENDPOINT: "http://127.0.0.1:8123",
        GCE_METADATA_HOST: "127.0.0.1:9000",
        K_SERVICE: "dev-worker",
        K_REVISION: "dev-worker-00001",
        UNRELATED: "x",
      }),
    ).toEqual({
      port: 8080,
      host: "127.0.0.1",
      queues,
      deadLetterQueue: "projects/p/locations/l/queues/dev-dead-letter-0000",
      invoker: "invoker@p.iam.gserviceaccount.com",
      endpoint: "http://127.0.0.1:8123",
      metadataHost: "127.0.0.1:9000",
      settings: {
        smtpUrl: "smtp://user:hunter2@mail.example.com:587",
        mailFrom: "Example <noreply@example.com>",
      },
      service: "dev-worker",
      revision: "dev-worker-00001",
    });
  });

  it("does without what is optional", () => {
    expect(loadConfig(settings, complete)).toMatchObject({
      host: undefined,
      endpoint: undefined,
      metadataHost: undefined,
      service: undefined,
      revision: undefined,
    });
  });

  it("names all that is missing, together", () => {
    const nothing = Object.fromEntries(Object.keys(complete).map((name) => [name, undefined]));

    expect(refusal(nothing)).toBe(
      "Missing environment variables: 'PORT', 'TASKS_QUEUES', 'TASKS_DEAD_LETTER_QUEUE', 'TASKS_INVOKER', 'MAIL_FROM', 'SMTP_URL'. " +
        ADVICE,
    );
  });

  it("names what is missing and what is wrong, together", () => {
    expect(refusal({ PORT: "http", TASKS_INVOKER: "", MAIL_FROM: "nobody" })).toBe(
      "Missing environment variables: 'TASKS_INVOKER'. " +
        "'PORT': a port is a whole number from 0 to 65535, not 'http'. " +
        `'MAIL_FROM': it must be a sender, such as 'tasks@example.com' or 'Example <tasks@example.com>'. ${ADVICE}`,
    );
  });

  it.each([
    {
      change: { PORT: "65536" },
      error: "'PORT': a port is a whole number from 0 to 65535, not '65536'.",
    },
    ...[" 80 ", "0x50", "1e3", "+80", "-0"].map((PORT) => ({
      change: { PORT },
      error: `'PORT': a port is a whole number from 0 to 65535, not '${PORT}'.`,
    })),
    {
      change: { PORT: "80.5" },
      error: "'PORT': a port is a whole number from 0 to 65535, not '80.5'.",
    },
    {
      change: { TASKS_DEAD_LETTER_QUEUE: "dead-letter" },
      error:
        "'TASKS_DEAD_LETTER_QUEUE': a queue's full name is 'projects/PROJECT/locations/LOCATION/queues/QUEUE', not 'dead-letter'.",
    },
    {
      change: { TASKS_DEAD_LETTER_QUEUE: queues.email.name },
      error: `'TASKS_DEAD_LETTER_QUEUE': '${queues.email.name}' is the queue 'email', which sends its tasks: dead letters would be run.`,
    },
    {
      change: { TASKS_ENDPOINT: "http://ada:hunter2@127.0.0.1:8123" },
      error:
        "'TASKS_ENDPOINT': 'http://…@127.0.0.1:8123' is sent no credentials; only loopback and, over https, hosts under googleapis.com are.",
    },
    { change: { TASKS_INVOKER: "me" }, error: "'TASKS_INVOKER': 'me' is not an e-mail address." },
    {
      change: { TASKS_ENDPOINT: "https://example.com" },
      error:
        "'TASKS_ENDPOINT': 'https://example.com' is sent no credentials; only loopback and, over https, hosts under googleapis.com are.",
    },
    {
      change: { TASKS_QUEUES: "{}x" },
      error:
        "'TASKS_QUEUES': not JSON: Unexpected non-whitespace character after JSON at position 2 (line 1 column 3).",
    },
    {
      change: { TASKS_QUEUES: '{"email":{}}' },
      error:
        "'TASKS_QUEUES.email.name': it must be a string. " +
        "'TASKS_QUEUES.email.dispatchDeadline': it must be a duration of more than '3s' and at most '1800s'. " +
        "'TASKS_QUEUES.email.maxAttempts': it must be a number. " +
        "'TASKS_QUEUES.email.maxDeliveries': it must be a number.",
    },
    {
      change: { MAIL_FROM: "a@b\r\nBcc: c@d" },
      error:
        "'MAIL_FROM': it must be a sender, such as 'tasks@example.com' or 'Example <tasks@example.com>'.",
    },
  ])("refuses $change", ({ change, error }) => {
    expect(refusal(change)).toBe(`${error} ${ADVICE}`);
  });

  it.each(["mail.example.com", "http://user:hunter2@mail.example.com", "smtp//:hunter2"])(
    "says which scheme is right for an SMTP_URL such as '%s', and does not show it",
    (SMTP_URL) => {
      expect(refusal({ SMTP_URL })).toBe(
        `'SMTP_URL': it must begin with 'smtp://' or 'smtps://'. ${ADVICE}`,
      );
    },
  );

  it.each([
    "smtp://mailer:PQRS#hunter2@mail.example.com:587",
    "smtp://mailer:12#hunter2@mail.example.com:587",
    "smtp://mailer:12/hunter2@mail.example.com:587",
    "smtp://hunter2@mail.example.com:99999",
    "smtp://hunter2@mail.example.com:0",
  ])("refuses an SMTP_URL such as '%s', and does not show it", (SMTP_URL) => {
    expect(refusal({ SMTP_URL })).toBe(
      "'SMTP_URL': it must be 'smtp://user:password@host:port', the port from 1 to 65535, and what is " +
        "special in user or password percent-encoded: '%23' for '#', '%2F' for '/'. " +
        ADVICE,
    );
  });
});
