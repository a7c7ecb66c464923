import { crc32c } from "../../secretmanager/crc32c.ts";

// https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
describe("The CRC-32C", () => {
  it.each([
    { of: "nothing", bytes: [], is: 0 },
    { of: "123456789", bytes: [49, 50, 51, 52, 53, 54, 55, 56, 57], is: 0xe306_9283 },
    { of: "32 zeros", bytes: new Array<number>(32).fill(0), is: 0x8a91_36aa },
    { of: "32 bytes of ones", bytes: new Array<number>(32).fill(255), is: 0x62a8_ab43 },
    { of: "32 ascending bytes", bytes: [...new Array(32).keys()], is: 0x46dd_794e },
  ])("of $of is $is", ({ bytes, is }) => {
    expect(crc32c(Uint8Array.from(bytes))).toBe(is);
  });
});
