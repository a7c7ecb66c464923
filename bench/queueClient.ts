import { Pool } from "undici";
import { z } from "zod";

/** Calls the API for queues that are already there. */
export interface QueueClient extends AsyncDisposable {
  /** Sends a body to a path and returns the answer. Throws for one that is not of success. */
  post(path: string, body: object): Promise<object>;
  /** Puts tasks on the queues in turn. */
  createTasks(count: number, make: (n: number) => object): Promise<void>;
  pauseQueues(): Promise<void>;
  resumeQueues(): Promise<void>;
}

const CONNECTIONS = 20;

const answerSchema = z.looseObject({});

/** A client of the API at `endpoint` for these queues, by their full names. */
export function createQueueClient(endpoint: string, queues: readonly string[]): QueueClient {
  const api = new Pool(endpoint, { connections: CONNECTIONS });

  async function post(path: string, body: object): Promise<object> {
    const reply = await api.request({
      method: "POST",
      path: `/${path}`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await reply.body.text();
    if (reply.statusCode !== 200) throw new Error(`POST ${path} answered: ${text}`);
    return answerSchema.parse(JSON.parse(text));
  }

  const each = async (verb: string): Promise<void> => {
    await Promise.all(queues.map((queue) => post(`v2/${queue}:${verb}`, {})));
  };

  return {
    post,
    async createTasks(count, make) {
      let next = 0;
      const work = async (): Promise<void> => {
        for (let n = next++; n < count; n = next++) {
          await post(`v2/${queues[n % queues.length] ?? ""}/tasks`, { task: make(n) });
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
    },
    pauseQueues: () => each("pause"),
    resumeQueues: () => each("resume"),
    [Symbol.asyncDispose]: () => api.close(),
  };
}
