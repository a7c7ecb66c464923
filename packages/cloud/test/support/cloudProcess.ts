import { startLocalCloud } from "../../startLocalCloud.ts";

// A local cloud over a directory, in a process of its own, so that it can be killed. It prints its endpoint, and
// then the id of every task whose success is recorded.

const [dataDirectory = ""] = process.argv.slice(2);
const cloud = await startLocalCloud({ dataDirectory });
cloud.events.on("deliveryFinished", ({ task, end }) => {
  if (end === "done") process.stdout.write(`${task.slice(task.lastIndexOf("/") + 1)}\n`);
});
process.stdout.write(`${cloud.endpoint}\n`);
