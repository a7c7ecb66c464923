/** The CRC-32C of some bytes, with Castagnoli's polynomial: an unsigned number of 32 bits. RFC 3720, B.4 */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const REVERSED_POLYNOMIAL = 0x82f6_3b78;

/** What each value of a byte makes of a remainder. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? REVERSED_POLYNOMIAL : 0);
  return crc;
});
