import { setImmediate } from "node:timers/promises";
import { Events, type CloudEvents, type EventName } from "../../api/events.ts";
import type { LogRecord } from "../../api/logs.ts";
import type { Json } from "../../api/parseJson.ts";
import { createScheduler } from "../../scheduler/scheduler.ts";
import { VirtualClock } from "../../time/virtualClock.ts";
import {
  caller,
  LOCATION,
  openAuthority,
  recordingSend,
  type Answer,
} from "../cloudtasks/tasksCloud.ts";

export const JOB = `${LOCATION}/jobs/nightly`;
export const URI = "https://worker.example/run?a=b";

/** Cloud Scheduler on a virtual clock. */
export function startScheduler({
  answer = () => 200,
  refused = [],
  start = "2026-11-24T12:00:30Z",
}: { answer?: Answer; refused?: readonly string[]; start?: string } = {}) {
  const clock = new VirtualClock(Date.parse(start));
  const events = new Events();
  const { requests, send } = recordingSend(clock, answer);
  const authority = openAuthority(refused);
  const logged: LogRecord[] = [];
  const scheduler = createScheduler({
    writeLog: (record) => logged.push(record),
    project: "demo",
    region: "europe-west1",
    clock,
    events,
    authority,
    send,
  });
  const call = caller(scheduler.methods);
  return {
    ...scheduler,
    clock,
    requests,
    logged,
    call,
    createJob: (fields: Record<string, Json> = {}) =>
      call("CreateJob", LOCATION, {
        name: JOB,
        schedule: "0 * * * *",
        ...(!("pubsubTarget" in fields) && { httpTarget: { uri: URI } }),
        ...fields,
      }),
    /** When the requests were made, as Google writes times. */
    times: () =>
      requests.map(({ seconds }) =>
        new Date(Date.parse("2026-11-24T12:00:00Z") + seconds * 1000).toISOString(),
      ),
    record<Name extends EventName>(name: Name): CloudEvents[Name][] {
      const heard: CloudEvents[Name][] = [];
      events.on(name, (event) => heard.push(event));
      return heard;
    },
    settle: () => setImmediate(),
  };
}
