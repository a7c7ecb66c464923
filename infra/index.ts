import { environment } from "../tasks/contract/environment.ts";
import { contract } from "../tasks/index.ts";
import { DEAD_LETTER_QUEUE, queuesEnqueuedBy } from "./config/checks.ts";
import { loadConfig } from "./config/config.ts";
import { WorkerImage } from "./image.ts";
import { operationsOf } from "./operations.ts";
import { QueueNames } from "./queueNames.ts";
import { Queues } from "./queues.ts";
import { queueTable } from "./queueTable.ts";
import { Schedules } from "./schedules.ts";
import { settingSecrets, settingVariables } from "./secrets.ts";
import { Services } from "./services.ts";
import { Worker } from "./worker.ts";

const config = loadConfig(contract, new Date());

const services = new Services("services");
const enabled = { dependsOn: services };

const image = new WorkerImage("worker", config, enabled);
const secrets = settingSecrets(config, enabled);

const names = new QueueNames("queue-names", {
  ...config,
  keys: [...Object.keys(config.queues), DEAD_LETTER_QUEUE],
});
const table = { [environment.queues]: queueTable(config.queues, names) };
const worker = new Worker(
  "worker",
  {
    ...config,
    image: image.digest,
    environment: {
      ...table,
      [environment.deadLetterQueue]: names.full(DEAD_LETTER_QUEUE),
      ...settingVariables(config.settings.plain),
    },
    secrets,
  },
  enabled,
);

// A task that is sent before the invoker may call the worker is a delivery lost.
const agentGrant = worker.grantActAsInvoker("cloud-tasks", services.cloudTasksAgent);
const queues = new Queues(
  "queues",
  { ...config, names, workerUrl: worker.url, invoker: worker.invoker },
  { dependsOn: [worker.invokerGrant, agentGrant] },
);
queues.deadLetter.grantKeeping("worker", worker.member);
queues.grantEnqueue("worker", worker.member, queuesEnqueuedBy(contract.tasks));
for (const member of config.enqueuers) queues.grantEnqueue(member, member);

const schedules = new Schedules("schedules", { ...config, tasks: contract.tasks, queues }, enabled);

/** What a producer needs in its environment. */
export const clientEnvironment = {
  ...table,
  ...(config.localEndpoint !== undefined && { [environment.endpoint]: config.localEndpoint }),
};
/** Where everything is, for whoever operates it. */
export const operations = operationsOf(config, { image, worker, queues, schedules });
