import { pacificTime } from "../../cloudtasks/pacificTime.ts";

describe("A time in a refusal (G 1.8)", () => {
  it.each([
    { time: "2100-01-01T00:00:00Z", told: "2099-12-31T16:00:00-08:00" },
    { time: "2021-11-01T10:00:00Z", told: "2021-11-01T03:00:00-07:00" },
    { time: "2025-02-13T06:20:41.690Z", told: "2025-02-12T22:20:41.69-08:00" },
    { time: "2025-02-13T06:20:41.600Z", told: "2025-02-12T22:20:41.6-08:00" },
    { time: "2025-02-13T06:20:00Z", told: "2025-02-12T22:20:00-08:00" },
  ])("$time is told as $told", ({ time, told }) => {
    expect(pacificTime(Date.parse(time))).toBe(told);
  });
});
