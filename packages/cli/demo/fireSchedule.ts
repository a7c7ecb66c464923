import { z } from "zod";

const json = z
  .string()
  .transform((base64): unknown => JSON.parse(String(Buffer.from(base64, "base64"))));

/** A Scheduler job of this project: its body is a CreateTask request, whose task carries a payload. */
const digestJob = z.object({
  name: z.string(),
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

/** Runs the job of a digest's schedule now. Returns the addresses that the digest goes to. */
export async function fireSchedule(endpoint: string, schedule: string): Promise<readonly string[]> {
  const parent = "projects/local-project/locations/europe-west1";
  const { jobs } = z
    .object({ jobs: z.array(digestJob) })
    .parse(await (await fetch(`${endpoint}/v1/${parent}/jobs`)).json());
  const job = jobs.find(({ name }) => name.endsWith(`-${schedule}`));
  if (!job) throw new Error(`There is no job of the schedule '${schedule}'.`);
  const response = await fetch(`${endpoint}/v1/${job.name}:run`, { method: "POST" });
  if (!response.ok) throw new Error(`'${job.name}' cannot be run: ${await response.text()}`);
  return job.httpTarget.body.task.httpRequest.body.recipients;
}
