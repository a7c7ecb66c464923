import { INSTANCE_LIMITS, isCpuCount, type InstanceSettings } from "../instanceLimits.ts";
import { brokenLimits } from "../jointLimits.ts";

const instance: InstanceSettings = {
  cpu: 1,
  memory: 512,
  concurrency: 1,
  cpuIdle: true,
  isGen2: false,
  minInstances: 0,
  maxInstances: 1,
};

function refusals(settings: Partial<InstanceSettings>): string[] {
  return brokenLimits(INSTANCE_LIMITS, { ...instance, ...settings }).map(({ refusal }) => refusal);
}

describe("Cloud Run's limits of an instance", () => {
  it.each([
    { cpu: 0.08, min: 128, max: 512, range: "0.08 CPU, memory must be between 128Mi and 512Mi" },
    { cpu: 0.499, min: 128, max: 512, range: "0.499 CPU, memory must be between 128Mi and 512Mi" },
    { cpu: 0.5, min: 128, max: 1024, range: "0.5 CPU, memory must be between 128Mi and 1Gi" },
    { cpu: 0.999, min: 128, max: 1024, range: "0.999 CPU, memory must be between 128Mi and 1Gi" },
    { cpu: 1, min: 128, max: 4096, range: "1.0 CPU, memory must be between 128Mi and 4Gi" },
    { cpu: 2, min: 128, max: 8192, range: "2.0 CPU, memory must be between 128Mi and 8Gi" },
    { cpu: 4, min: 2048, max: 16_384, range: "4.0 CPU, memory must be between 2Gi and 16Gi" },
    { cpu: 6, min: 4096, max: 24_576, range: "6.0 CPU, memory must be between 4Gi and 24Gi" },
    { cpu: 8, min: 4096, max: 32_768, range: "8.0 CPU, memory must be between 4Gi and 32Gi" },
  ])("give $cpu CPU from $min to $max MiB", ({ cpu, min, max, range }) => {
    const refused = [`Invalid value specified for memory. For ${range} inclusive.`];

    expect([min, max].map((memory) => refusals({ cpu, memory }))).toEqual([[], []]);
    expect([min - 1, max + 1].map((memory) => refusals({ cpu, memory }))).toEqual([
      refused,
      refused,
    ]);
  });

  it.each([
    {
      settings: { cpu: 0.5, concurrency: 2 },
      refused: [
        "Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.",
      ],
    },
    {
      settings: { cpu: 0.5, isGen2: true, cpuIdle: false },
      refused: [
        "Invalid value specified for cpu. Total cpu < 1 is not supported with gen2 execution environment with cpu always allocated (unthrottled).",
      ],
    },
    {
      settings: { memory: 511, cpuIdle: false },
      refused: [
        "Invalid value specified for memory. Total memory < 512 Mi is not supported with cpu always allocated (unthrottled).",
      ],
    },
    {
      settings: { memory: 128, isGen2: true },
      refused: [
        "Invalid value specified for memory. Total memory < 512 Mi is not supported with gen2 execution environment.",
      ],
    },
    {
      settings: { minInstances: 2 },
      refused: ["max_instance_count: must be greater or equal than min_instance_count."],
    },
    { settings: { cpu: 0.5, memory: 512, cpuIdle: true }, refused: [] },
    { settings: { isGen2: true, cpuIdle: false, concurrency: 1000 }, refused: [] },
  ])("say of $settings: $refused", ({ settings, refused }) => {
    expect(refusals(settings)).toEqual(refused);
  });

  it.each([
    { cpus: 0.08, are: true },
    { cpus: 0.0799, are: false },
    { cpus: 0.333, are: true },
    { cpus: 1, are: true },
    { cpus: 1.5, are: false },
    { cpus: 3, are: false },
    { cpus: 8, are: true },
    { cpus: 16, are: false },
  ])("say that $cpus CPUs are to be had: $are", ({ cpus, are }) => {
    expect(isCpuCount(cpus)).toBe(are);
  });
});
