import { cpusOf, mebibytesOf } from "../resourceQuantities.ts";

describe("A quantity", () => {
  it.each([
    { text: "1", cpus: 1 },
    { text: "0.5", cpus: 0.5 },
    { text: "500m", cpus: 0.5 },
    { text: "2000m", cpus: 2 },
    { text: "", cpus: undefined },
    { text: "1Gi", cpus: undefined },
    { text: "-1", cpus: undefined },
  ])("'$text' of CPU is $cpus", ({ text, cpus }) => {
    expect(cpusOf(text)).toBe(cpus);
  });

  it.each([
    { text: "512Mi", mebibytes: 512 },
    { text: "2Gi", mebibytes: 2048 },
    { text: "1.5Gi", mebibytes: 1536 },
    { text: "524288Ki", mebibytes: 512 },
    { text: "536870912", mebibytes: 512 },
    { text: "1G", mebibytes: 1e9 / 2 ** 20 },
    { text: "512", mebibytes: 512 / 2 ** 20 },
    { text: "512MB", mebibytes: undefined },
    { text: "512mi", mebibytes: undefined },
    { text: "", mebibytes: undefined },
  ])("'$text' of memory is $mebibytes MiB", ({ text, mebibytes }) => {
    expect(mebibytesOf(text)).toBe(mebibytes);
  });
});
