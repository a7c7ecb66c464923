import { openGrpcCaller } from "./grpcCaller.ts";
import { openHttpCaller } from "./httpCaller.ts";
import type { LoadOrder, LoadReport } from "./load.ts";

/*
 * The process that makes load. A client made for other things would cost more than the servers it is to
 * measure.
 */

process.on("message", (order: LoadOrder) => {
  void load(order).then((report) => process.send?.(report));
});
// Whoever gave the orders is gone.
process.once("disconnect", () => process.exit());

async function load(order: LoadOrder): Promise<LoadReport> {
  let count = 0;
  let problem: string | undefined;
  let isOver = false;
  const open = order.protocol === "http" ? openHttpCaller : openGrpcCaller;

  const callers = await Promise.all(
    Array.from({ length: order.connections }, async () => {
      const caller = await open(order, (wrong) => {
        if (isOver) return;
        if (wrong === undefined) count += 1;
        else problem ??= wrong;
        caller.send();
      });
      return caller;
    }),
  );
  const start = performance.now();
  for (const caller of callers) caller.send();
  await new Promise((resolve) => setTimeout(resolve, order.durationMs));
  isOver = true;
  const durationMs = performance.now() - start;
  for (const caller of callers) caller.close();
  return { count, durationMs, ...(problem !== undefined && { problem }) };
}
