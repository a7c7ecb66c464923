import { startCloud, type Cloud, type CloudOptions } from "@background-tasks/cloud/cloud.ts";
import { createQueueClient, type QueueClient } from "./queueClient.ts";

/** A local cloud on free ports with nothing in it but queues of the highest rate. */
export interface QueueCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  /** The full names of the queues. */
  readonly queues: readonly string[];
  readonly client: QueueClient;
}

const PROJECT = "bench";
const REGION = "europe-west1";
const LOCATION = `projects/${PROJECT}/locations/${REGION}`;

/** Starts one with so many queues. */
export async function startQueueCloud(
  count: number,
  options: Pick<CloudOptions, "dataDirectory" | "settings"> = {},
): Promise<QueueCloud> {
  const cloud = await startCloud({
    project: PROJECT,
    region: REGION,
    ...options,
  });
  const queues = Array.from({ length: count }, (_, n) => `${LOCATION}/queues/queue-${n}`);
  const client = createQueueClient(cloud.endpoint, queues);
  for (const name of queues) await client.post(`v2/${LOCATION}/queues`, { name });
  return {
    cloud,
    queues,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await cloud.stop();
    },
  };
}
