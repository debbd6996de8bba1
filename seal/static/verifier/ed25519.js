/* Public keys: Ed25519 (RFC 8032) and key ids, as in seal/keys/ed25519.py.

   Signatures are checked by the browser (WebCrypto) where it knows Ed25519, else by the arithmetic of @noble/ed25519.
   Keys and signatures that libraries judge differently (small order, or not in canonical form) always go to the
   arithmetic, so that every browser and the Python verifier give the same answer: S below the group order, the key
   read as ZIP 215 reads it, and R equal to the encoding of [S]B - [h]A, byte by byte and without the cofactor. */

import { concat, fromHex, hex } from "./bytes.js";
import { sha256, sha512 } from "./sha2.js";
import { Point } from "./vendor/noble-ed25519.js";

export const PUBLIC_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const HINT_BYTES = 4;
const { p, n } = Point.CURVE();
const SMALL_ORDER = new Set([
  0n,
  1n,
  p - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
]);
const ids = new Map();
const imported = new Map();
let native = "not asked yet";

/** The key id of a raw public key: 64 hexadecimal digits. `RangeError` unless it has 32 bytes. */
export function keyId(raw) {
  if (raw.length !== PUBLIC_BYTES) throw new RangeError("an Ed25519 public key has 32 bytes");
  const name = hex(raw);
  if (!ids.has(name)) ids.set(name, hex(sha256(raw)));
  return ids.get(name);
}

/** The four bytes of a key id that travel in a QR token, in hexadecimal. */
export function hint(kid) {
  return kid.slice(0, 2 * HINT_BYTES);
}

export function isKeyId(text) {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/** Use only the arithmetic, or again whatever the browser has: for tests of both. */
export function useNative(wanted) {
  native = wanted ? "not asked yet" : null;
}

/** True if `raw` signed `message`. Never raises: a malformed key or signature verifies nothing. */
export async function verify(raw, signature, message) {
  if (raw.length !== PUBLIC_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (native === "not asked yet") native = await browserKnowsEd25519();
  if (native === null || isUnusual(raw) || isUnusual(signature.subarray(0, 32))) {
    return verifyByArithmetic(raw, signature, message);
  }
  const name = hex(raw);
  try {
    if (!imported.has(name)) imported.set(name, await native.importKey("raw", raw, "Ed25519", false, ["verify"]));
    return await native.verify("Ed25519", imported.get(name), signature, message);
  } catch {
    return verifyByArithmetic(raw, signature, message);
  }
}

/** The same by arithmetic alone. */
export async function verifyByArithmetic(raw, signature, message) {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= n) return false;
  let key;
  try {
    key = Point.fromBytes(raw, true);
  } catch {
    return false;
  }
  const h = littleEndian(await digest(concat(r, raw, message))) % n;
  const expected = times(Point.BASE, s).add(times(key, h).negate());
  return hex(expected.toBytes()) === hex(r);
}

function times(point, scalar) {
  return scalar === 0n ? Point.ZERO : point.multiply(scalar, false);
}

function littleEndian(data) {
  return BigInt(`0x${hex(Uint8Array.from(data).reverse())}`);
}

function isUnusual(encoded) {
  const y = littleEndian(encoded) & ((1n << 255n) - 1n);
  return y >= p || SMALL_ORDER.has(y);
}

async function digest(data) {
  const subtle = globalThis.crypto?.subtle;
  return subtle ? new Uint8Array(await subtle.digest("SHA-512", data)) : sha512(data);
}

/** RFC 8032 7.1, test 2: `SubtleCrypto` if it verifies a known signature, else `null`. */
async function browserKnowsEd25519() {
  const subtle = globalThis.crypto?.subtle;
  const raw = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  const signature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  try {
    const key = await subtle.importKey("raw", fromHex(raw), "Ed25519", false, ["verify"]);
    return (await subtle.verify("Ed25519", key, fromHex(signature), fromHex("72"))) ? subtle : null;
  } catch {
    return null;
  }
}
