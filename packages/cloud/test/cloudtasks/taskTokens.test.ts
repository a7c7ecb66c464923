import { startLocalCloud } from "../../startLocalCloud.ts";

describe("A task's token over REST (G 1.8)", () => {
  it("needs an account that there is, and the permission to act as it", async () => {
    await using cloud = await startLocalCloud({ clock: "virtual" });
    const { location, project } = cloud;
    const name = `${location}/queues/email`;
    const send = async (path: string, body: object, token?: string) => {
      const response = await fetch(cloud.endpoint + path, {
        method: "POST",
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { error?: object; accessToken?: string };
    };
    const emailOf = (id: string): string => `${id}@${project}.iam.gserviceaccount.com`;
    const createWith = (account: string, token?: string) =>
      send(
        `/v2/${name}/tasks`,
        {
          task: {
            httpRequest: {
              url: "https://worker.example/",
              oidcToken: { serviceAccountEmail: account },
            },
          },
        },
        token,
      );
    for (const accountId of ["producer", "invoker"]) {
      await send(`/v1/projects/${project}/serviceAccounts`, { accountId });
    }
    await send(`/v2/${location}/queues`, { name });
    await send(`/v2/${name}:setIamPolicy`, {
      policy: {
        bindings: [
          {
            role: "roles/cloudtasks.enqueuer",
            members: [`serviceAccount:${emailOf("producer")}`],
          },
        ],
      },
    });
    const { accessToken } = await send(
      `/v1/projects/-/serviceAccounts/${emailOf("producer")}:generateAccessToken`,
      { scope: ["https://www.googleapis.com/auth/cloud-platform"] },
    );

    expect((await createWith(emailOf("nobody"))).error).toMatchObject({
      code: 404,
      status: "NOT_FOUND",
    });
    expect((await createWith(emailOf("invoker"), accessToken)).error).toEqual({
      code: 403,
      message: `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${emailOf("invoker")}" (or the resource may not exist).`,
      status: "PERMISSION_DENIED",
    });
  });
});
