import { v1 } from "@google-cloud/scheduler";
import { LOCATION, ownerClient, startClientCloud, type ClientCloud } from "./clientCloud.ts";

const JOB = `${LOCATION}/jobs/nightly`;

// google-cloud.md 6 and 10, #32
describe("@google-cloud/scheduler over REST", () => {
  let local: ClientCloud;
  let client: v1.CloudSchedulerClient;

  beforeEach(async () => {
    local = await startClientCloud();
    client = new v1.CloudSchedulerClient({
      apiEndpoint: "127.0.0.1",
      port: local.port,
      protocol: "http",
      fallback: true,
      projectId: "demo",
      // A class of the same version, with private fields of its own.
      ...({ authClient: ownerClient() } as object),
    });
  });
  afterEach(async () => {
    await client.close();
    await local[Symbol.asyncDispose]();
  });

  const createJob = async (id = "nightly") => {
    const [job] = await client.createJob({
      parent: LOCATION,
      job: {
        name: `${LOCATION}/jobs/${id}`,
        schedule: "0 3 * * *",
        timeZone: "Europe/Zurich",
        httpTarget: {
          uri: `${local.workerUrl}/nightly`,
          httpMethod: "PUT",
          headers: { "Content-Type": "text/plain" },
          body: Buffer.from("käse"),
        },
      },
    });
    return job;
  };

  it("creates, reads, changes and deletes a job", async () => {
    const created = await createJob();
    const [updated] = await client.updateJob({
      job: { name: JOB, schedule: "0 4 * * *", description: "not in the mask" },
      updateMask: { paths: ["schedule"] },
    });
    const [read] = await client.getJob({ name: JOB });

    expect(created).toMatchObject({
      name: JOB,
      schedule: "0 3 * * *",
      timeZone: "Europe/Zurich",
      state: "ENABLED",
      httpTarget: { httpMethod: "PUT", uri: `${local.workerUrl}/nightly` },
    });
    expect(updated).toMatchObject({ schedule: "0 4 * * *", description: "" });
    expect(read).toEqual(updated);

    await client.deleteJob({ name: JOB });
    await expect(client.getJob({ name: JOB })).rejects.toMatchObject({ code: 5 });
  });

  it("pauses and resumes a job", async () => {
    await createJob();

    const [paused] = await client.pauseJob({ name: JOB });
    const [resumed] = await client.resumeJob({ name: JOB });

    expect([paused.state, resumed.state]).toEqual(["PAUSED", "ENABLED"]);
  });

  it("lists page by page", async () => {
    for (const id of ["b", "a", "c"]) await createJob(id);

    const [first, next] = await client.listJobs(
      { parent: LOCATION, pageSize: 2 },
      { autoPaginate: false },
    );
    const [second, end] = await client.listJobs(next!, { autoPaginate: false });

    expect([first.length, second.length]).toEqual([2, 1]);
    expect([...first, ...second].map(({ name }) => name).sort()).toEqual(
      ["a", "b", "c"].map((id) => `${LOCATION}/jobs/${id}`),
    );
    expect(end).toBeNull();
  });

  it("has a job run now", async () => {
    await createJob();
    const delivery = local.delivery();

    await client.runJob({ name: JOB });

    expect(await delivery).toMatchObject({
      method: "PUT",
      path: "/nightly",
      headers: { "content-type": "text/plain", "user-agent": "Google-Cloud-Scheduler" },
      body: "käse",
    });
  });

  it("is told of a job that is there already, and of one that is not, as by Google", async () => {
    await createJob();

    await expect(createJob()).rejects.toMatchObject({ code: 6 });
    await expect(client.getJob({ name: `${LOCATION}/jobs/none` })).rejects.toMatchObject({
      code: 5,
      message: "Job not found.",
    });
  });
});
