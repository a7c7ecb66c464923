import { environment } from "../tasks/contract/environment.ts";
import { contract } from "../tasks/index.ts";
import { DEAD_LETTER_QUEUE, queuesEnqueuedBy } from "./config/checks.ts";
import { loadConfig } from "./config/config.ts";
import { WorkerImage } from "./image.ts";
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
const taskQueues = new Queues(
  "queues",
  { ...config, names, workerUrl: worker.url, invoker: worker.invoker },
  { dependsOn: [worker.invokerGrant, agentGrant] },
);
taskQueues.deadLetter.grantKeeping("worker", worker.member);
taskQueues.grantEnqueue("worker", worker.member, queuesEnqueuedBy(contract.tasks));
for (const member of config.enqueuers) taskQueues.grantEnqueue(member, member);

new Schedules("schedules", { ...config, tasks: contract.tasks, queues: taskQueues }, enabled);

/** Where the worker is. Only Cloud Tasks gets an answer there. */
export const workerUrl = worker.url;
/** The full names of the queues by their keys. */
export const queues = taskQueues.fullNames;
/** The account that tasks are sent as. */
export const invoker = worker.invoker;
/** What a producer needs in its environment. */
export const clientEnvironment = table;
