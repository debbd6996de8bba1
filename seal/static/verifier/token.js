/* QR token seal-qr/1 (FORMATS A6, B2; seal/labels/token.py): one signed number, one spelling. */

import { BadInput } from "./bad_input.js";
import { concat, fromHex, hex, utf8 } from "./bytes.js";
import { UNIT_MAX } from "./code.js";
import * as ed25519 from "./ed25519.js";

export const KINDS = ["batch", "unit", "plaque", "roll", "box"];
const NUMBERED = new Set(["unit", "roll"]);
const HAS_STATUS = new Set(["batch", "unit", "plaque"]);
const VERSION = 1;
const NO_STATUS = 0xffffff;
const PAYLOAD_BYTES = 17;
const SIGNATURE_BYTES = 64;
const DIGITS = new Map([[196, PAYLOAD_BYTES], [200, PAYLOAD_BYTES + 2]]);

function number(bytes) {
  return bytes.reduce((total, byte) => total * 256 + byte, 0);
}

/** Fields of 17 or 19 bytes. Raises `BadInput("token.version" | "token.kind" | "token.length" | "token.field")`. */
export function readFields(payload) {
  if (payload[0] >> 4 !== VERSION) throw new BadInput("token.version", { version: payload[0] >> 4 });
  const kindNumber = payload[0] & 15;
  if (kindNumber >= KINDS.length) throw new BadInput("token.kind", { kind: kindNumber });
  const kind = KINDS[kindNumber];
  if (payload.length !== PAYLOAD_BYTES + (NUMBERED.has(kind) ? 2 : 0)) throw new BadInput("token.length");
  const status = number(payload.subarray(14, 17));
  const fields = {
    kind,
    hint: hex(payload.subarray(1, 5)),
    publicId: number(payload.subarray(5, 10)),
    day: number(payload.subarray(10, 12)),
    days: number(payload.subarray(12, 14)),
    statusIndex: status === NO_STATUS ? null : status,
    number: NUMBERED.has(kind) ? number(payload.subarray(17, 19)) : null,
    payload,
  };
  const hasStatus = HAS_STATUS.has(kind);
  const wrong =
    (fields.statusIndex !== null) !== hasStatus ||
    (!hasStatus && fields.days !== 0) ||
    (fields.number !== null && (fields.number < 1 || fields.number > UNIT_MAX));
  if (wrong) throw new BadInput("token.field", { kind: kindNumber });
  return fields;
}

/** Read `DIGITS[SUFFIX]`: `{fields, signature, suffix}`. Raises `BadInput("token.…")`; says nothing of the signature. */
export function parse(text) {
  const slash = text.indexOf("/");
  const digits = slash < 0 ? text : text.slice(0, slash);
  const rest = slash < 0 ? "" : text.slice(slash);
  const suffix = rest.toUpperCase();
  if (!/^[0-9]+$/.test(digits)) throw new BadInput("token.digits");
  if (!DIGITS.has(digits.length)) throw new BadInput("token.length", { length: digits.length });
  const size = 1 + DIGITS.get(digits.length) + SIGNATURE_BYTES;
  const spelled = BigInt(digits).toString(16).padStart(2 * size, "0");
  if (spelled.length !== 2 * size || !spelled.startsWith("01")) throw new BadInput("token.spelling");
  const whole = fromHex(spelled);
  const fields = readFields(whole.subarray(1, -SIGNATURE_BYTES));
  if (!/^[\x00-\x7f]*$/.test(rest) || !suffixIsSound(suffix, fields.number)) throw new BadInput("token.suffix", { suffix });
  if (BigInt(digits).toString() !== digits) throw new BadInput("token.spelling");
  return { fields, signature: whole.subarray(-SIGNATURE_BYTES), suffix };
}

const LOT = "[0-9A-Z.-]{1,20}";
const SUFFIX = new RegExp(`^/01/(?<gtin>[0-9]{14})(/22/${LOT})?(/10/${LOT})?(/21/(?<serial>${LOT}))?$`);

/** GS1 General Specifications 7.9: the last of fourteen digits checks the others. */
function gtinIsSound(gtin) {
  const total = [...gtin.slice(0, 13)].reduce((sum, digit, place) => sum + Number(digit) * (place % 2 ? 1 : 3), 0);
  return (10 - (total % 10)) % 10 === Number(gtin[13]);
}

/** GS1 Digital Link path of keys 01, 22, 10, 21 in this order, or empty; AI 21 is the unit number. */
export function suffixIsSound(suffix, unit) {
  if (!suffix) return true;
  const found = SUFFIX.exec(suffix)?.groups;
  if (!found || !gtinIsSound(found.gtin)) return false;
  return found.serial === undefined || (unit !== null && found.serial === String(unit));
}

/** The id of the key, among raw public keys, that signed the token; `null` if none did. */
export async function signerOf(token, rawKeys) {
  const signed = concat(utf8("seal-qr/1\0"), token.fields.payload, utf8(token.suffix));
  for (const raw of rawKeys) {
    const kid = ed25519.keyId(raw);
    if (ed25519.hint(kid) === token.fields.hint && (await ed25519.verify(raw, token.signature, signed))) return kid;
  }
  return null;
}
