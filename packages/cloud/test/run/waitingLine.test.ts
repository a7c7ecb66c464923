import type { Exchange } from "../../network/exchange.ts";
import { WaitingLine, type NoAnswer } from "../../run/waitingLine.ts";
import { VirtualClock } from "../../time/virtualClock.ts";

const START = Date.parse("2026-11-24T12:00:00Z");

/** When a request that nothing serves is sent away, and with what. */
async function sentAway({ startMs = 0, timeoutMs = 300_000 }) {
  const clock = new VirtualClock(START);
  const line = new WaitingLine<string>(clock);
  const exchange: Exchange = {
    method: "GET",
    path: "/",
    headers: [],
    body: undefined,
    signal: new AbortController().signal,
    deadline: START + timeoutMs,
  };
  let outcome: string | NoAnswer | undefined;
  void line.wait(exchange, startMs).then((given) => (outcome = given));
  while (outcome === undefined) await clock.advance(500);
  return { outcome, afterMs: clock.now() - START };
}

const NO_INSTANCE = {
  status: 429,
  reason: "The request was aborted because there was no available instance.",
};
const TIMED_OUT = {
  status: 504,
  reason: "The request has been terminated because it has timed out.",
};

describe("A request that waits for an instance (G 5.2)", () => {
  it.each([
    { startMs: 0, afterMs: 10_000 },
    { startMs: 2_000, afterMs: 10_000 },
    { startMs: 4_000, afterMs: 14_000 },
    { startMs: 20_000, afterMs: 70_000 },
  ])(
    "is answered 429 after $afterMs ms where instances start in $startMs ms",
    async ({ startMs, afterMs }) => {
      expect(await sentAway({ startMs })).toEqual({ outcome: NO_INSTANCE, afterMs });
    },
  );

  it("is answered 504 when its timeout passes first: waiting counts", async () => {
    expect(await sentAway({ timeoutMs: 3_000 })).toEqual({ outcome: TIMED_OUT, afterMs: 3_000 });
    expect(await sentAway({ startMs: 20_000, timeoutMs: 60_000 })).toEqual({
      outcome: TIMED_OUT,
      afterMs: 60_000,
    });
  });
});
