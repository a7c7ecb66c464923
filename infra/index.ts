import { environment } from "../tasks/contract/environment.ts";
import { contract } from "../tasks/index.ts";
import { DEAD_LETTER_QUEUE } from "./config/checks.ts";
import { loadConfig } from "./config/config.ts";
import { WorkerImage } from "./image.ts";
import { operationsOf } from "./operations.ts";
import { People } from "./people.ts";
import { QueueNames } from "./queueNames.ts";
import { Queues } from "./queues.ts";
import { queueTable } from "./queueTable.ts";
import { Schedules } from "./schedules.ts";
import { settingSecrets } from "./secrets.ts";
import { Services } from "./services.ts";
import { Watch } from "./watch.ts";
import { Workers } from "./workers.ts";

const config = loadConfig(contract, new Date());

const services = new Services("services", config);
const enabled = { dependsOn: services };

const image = new WorkerImage("worker", config, enabled);
// An account that is there is taken over, a repository is not: that of another stack with these names is refused
// before any account.
const named = { dependsOn: [services, image] };
const secrets = settingSecrets(config, enabled);

const names = new QueueNames("queue-names", {
  ...config,
  keys: [...Object.keys(config.queues), DEAD_LETTER_QUEUE],
});
const table = { [environment.queues]: queueTable(config.queues, names) };
const workers = new Workers(
  {
    ...config,
    tasks: contract.tasks,
    image: image.digest,
    environment: { ...table, [environment.deadLetterQueue]: names.full(DEAD_LETTER_QUEUE) },
    secrets,
    agent: services.cloudTasksAgent,
  },
  named,
);

const queues = new Queues("queues", { ...config, names, workers });
for (const { worker, enqueues } of workers.employed) {
  queues.deadLetter.grantKeeping(worker.name, worker.member);
  queues.grantEnqueue(worker.name, worker.member, enqueues);
}
for (const member of config.enqueuers) queues.grantEnqueue(member, member);
for (const member of config.cancellers) queues.grantCancel(member, member);

const schedules = new Schedules("schedules", { ...config, tasks: contract.tasks, queues }, named);
const watch = new Watch("watch", config, enabled);
if (config.operators.length + config.viewers.length > 0) {
  new People("people", { ...config, queues, workers }, enabled);
}

/** What a producer needs in its environment. */
export const clientEnvironment = {
  ...table,
  ...(config.localEndpoint !== undefined && { [environment.endpoint]: config.localEndpoint }),
};
/** Where everything is, for whoever operates it. */
export const operations = operationsOf(config, { image, workers, queues, schedules, watch });
