import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "../cloudtasks/tasksCloud.ts";

const unknown = (name: string): string =>
  `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`;

async function start() {
  const cloud = startTasks();
  await cloud.createQueue({ httpTarget: { uriOverride: { host: "worker.example" } } });
  await cloud.call("PauseQueue", QUEUE);
  await cloud.createTask({ name: `${QUEUE}/tasks/one` });
  return localApi(cloud.methods);
}

// google-cloud.md 1.1: what a request has beyond its message is INVALID_ARGUMENT.
describe("The methods of Cloud Tasks", () => {
  it.each([
    { request: `POST /v2/${LOCATION}/queues?queueId=a`, name: "queueId" },
    { request: `GET /v2/${LOCATION}/queues?readMask=name`, name: "readMask" },
    { request: `GET /v2/${QUEUE}?view=FULL`, name: "view" },
    { request: `POST /v2/${QUEUE}:pause?force=true`, name: "force" },
    // Fields of the body: where all of a request is in the body, none of it is in the query.
    { request: `POST /v2/${QUEUE}/tasks?responseView=FULL`, name: "responseView" },
    { request: `POST /v2/${QUEUE}/tasks/one:run?response_view=FULL`, name: "response_view" },
    { request: `POST /v2/${QUEUE}/tasks:buffer?delay=1`, name: "delay" },
    { request: `GET /v2/${QUEUE}/tasks?filter=a`, name: "filter" },
    { request: `DELETE /v2/${QUEUE}?force=true`, name: "force" },
  ])("refuse the parameter of '$request'", async ({ request, name }) => {
    const { refusal } = await start();

    expect(await refusal(request, request.startsWith("POST") ? {} : undefined)).toEqual({
      code: 400,
      message: unknown(name),
      status: "INVALID_ARGUMENT",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ description: unknown(name) }],
        },
      ],
    });
  });

  it.each([
    `GET /v2/${QUEUE}/tasks/one?responseView=FULL`,
    `GET /v2/${QUEUE}/tasks/one?response_view=2`,
    `GET /v2/${QUEUE}/tasks?response_view=BASIC&page_size=1`,
    `GET /v2/${LOCATION}/queues?filter=state=PAUSED&pageSize=1`,
    `GET /v2beta3/${QUEUE}?read_mask=stats`,
    `PATCH /v2/${QUEUE}?update_mask=retry_config.max_attempts`,
    `GET /v2/projects/demo/locations?pageSize=1`,
  ])("take those of '%s'", async (request) => {
    const { call } = await start();

    expect(await call(request, request.startsWith("PATCH") ? {} : undefined)).toMatchObject({
      status: 200,
    });
  });

  it.each([
    { query: "responseView=ALL", field: "response_view", value: '(TYPE_ENUM), "ALL"' },
    { query: "responseView=7", field: "response_view", value: "(TYPE_ENUM), 7" },
    {
      query: "pageSize=99999999999999999999",
      field: "page_size",
      value: '(TYPE_INT32), "99999999999999999999"',
    },
    { query: "pageSize=2147483648", field: "page_size", value: '(TYPE_INT32), "2147483648"' },
    { query: "pageSize=ten", field: "page_size", value: '(TYPE_INT32), "ten"' },
  ])("refuse '$query', naming the field", async ({ query, field, value }) => {
    const { refusal } = await start();
    const description = `Invalid value at '${field}' ${value}`;

    expect(await refusal(`GET /v2/${QUEUE}/tasks?${query}`)).toMatchObject({
      message: description,
      details: [{ fieldViolations: [{ field, description }] }],
    });
  });

  it.each([":purge", ":pause", ":resume"])("take no field in the body of %s", async (verb) => {
    const { refusal, ok } = await start();

    expect(await refusal(`POST /v2/${QUEUE}${verb}`, { force: true })).toMatchObject({
      message: 'Invalid JSON payload received. Unknown name "force": Cannot find field.',
    });
    await ok(`POST /v2/${QUEUE}${verb}`, { name: QUEUE });
  });
});
