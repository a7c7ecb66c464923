import { webcrypto } from "node:crypto";
import type { CryptoKey } from "jose";

/**
 * A certificate of a key that signs RS256, signed by itself, as PEM. It is good for as long as a clock may show:
 * Google's own last two weeks, and who checks a token by one looks at its key alone. RFC 5280 4.1
 */
export async function selfSigned({
  privateKey,
  publicKey,
}: {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}): Promise<string> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", publicKey));
  const name = sequence(der(SET, sequence(oid("550403"), text("the local cloud"))));
  const body = sequence(
    der(VERSION, integer(2)),
    integer(1),
    RSA_WITH_SHA256,
    name,
    // The years from 2050 on are of a type of their own.
    sequence(time(UTC_TIME, "000101000000Z"), time(GENERALIZED_TIME, "99991231235959Z")),
    name,
    spki,
  );
  const signature = await webcrypto.subtle.sign("RSASSA-PKCS1-v1_5", privateKey, body);
  const whole = sequence(body, RSA_WITH_SHA256, bits(Buffer.from(signature)));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/* DER, as far as it is needed: a tag, a length, the content. ITU-T X.690 8, 10 */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION = 0xa0;

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const all = Buffer.concat(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(all.length);
  const length = size.subarray(size.findIndex((byte) => byte > 0));
  // A length of up to 127 is one byte; before a longer one is how many bytes it takes.
  const head = all.length < 128 ? [tag, all.length] : [tag, 0x80 + length.length, ...length];
  return Buffer.concat([Buffer.from(head), all]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return der(SEQUENCE, ...content);
}

function integer(small: number): Buffer {
  return der(INTEGER, Buffer.from([small]));
}

function oid(hex: string): Buffer {
  return der(OBJECT_IDENTIFIER, Buffer.from(hex, "hex"));
}

function text(content: string): Buffer {
  return der(UTF8_STRING, Buffer.from(content));
}

function time(tag: number, content: string): Buffer {
  return der(tag, Buffer.from(content));
}

/** Whole bytes of bits. */
function bits(content: Uint8Array): Buffer {
  return der(BIT_STRING, Buffer.from([0]), content);
}

/** sha256WithRSAEncryption, 1.2.840.113549.1.1.11 */
const RSA_WITH_SHA256 = sequence(oid("2a864886f70d01010b"), der(NULL));
