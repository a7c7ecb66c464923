import { z } from "zod";

const json = z
  .string()
  .transform((base64): unknown => JSON.parse(String(Buffer.from(base64, "base64"))));

/** A Scheduler job of this project: its body is a CreateTask request, whose task carries a payload. */
const digestJob = z.object({
  httpTarget: z.object({
    body: json.pipe(
      z.object({
        task: z.object({
          httpRequest: z.object({ body: json.pipe(z.object({ recipients: z.array(z.string()) })) }),
        }),
      }),
    ),
  }),
});

/** Runs the job of a digest's schedule now, by its full name. Returns the addresses that the digest goes to. */
export async function fireSchedule(endpoint: string, name: string): Promise<readonly string[]> {
  const job = digestJob.parse(await (await fetch(`${endpoint}/v1/${name}`)).json());
  const response = await fetch(`${endpoint}/v1/${name}:run`, { method: "POST" });
  if (!response.ok) throw new Error(`'${name}' cannot be run: ${await response.text()}`);
  return job.httpTarget.body.task.httpRequest.body.recipients;
}
