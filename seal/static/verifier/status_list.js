/* Bitstring status lists (W3C), read as strictly as seal/certificates/status_list.py. */

import { BadInput } from "./bad_input.js";
import { fromBase64url } from "./bytes.js";
import { isObject, strictJson } from "./json.js";

const BYTES = 16_384;
export const SLOTS = 8 * BYTES;
const ENCODED_MAX = 40_000;

/** The bitstring of a list credential's payload, if it is the list that was asked for. Raises `BadInput("status_list.…")`. */
export async function readDocument(payload, { at, issuer, purpose }) {
  const content = strictJson(payload);
  const subject = isObject(content) ? content.credentialSubject : null;
  const types = isObject(content) && (Array.isArray(content.type) || typeof content.type === "string") ? content.type : [];
  if (!isObject(subject) || !types.includes("BitstringStatusListCredential")) throw new BadInput("status_list.other");
  const found = [content.id, content.issuer, subject.statusPurpose, subject.type];
  const wanted = [at, issuer, purpose, "BitstringStatusList"];
  if (!wanted.every((word, place) => word === found[place]) || typeof subject.encodedList !== "string") {
    throw new BadInput("status_list.other");
  }
  return decodeList(subject.encodedList);
}

export function isSet(field, slot) {
  return Boolean(field[slot >> 3] & (0x80 >> (slot & 7)));
}

async function decodeList(encoded) {
  if (encoded.length > ENCODED_MAX || !encoded.startsWith("u")) throw new BadInput("status_list.encoding");
  let packed;
  try {
    packed = fromBase64url(encoded.slice(1));
  } catch {
    throw new BadInput("status_list.encoding");
  }
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const field = new Uint8Array(BYTES);
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await unpacked.read();
      if (done) break;
      if (size + value.length > BYTES) throw new BadInput("status_list.size", { bytes: size + value.length });
      field.set(value, size);
      size += value.length;
    }
  } catch (error) {
    unpacked.cancel().catch(() => {});
    throw error instanceof BadInput ? error : new BadInput("status_list.compression");
  }
  if (size !== BYTES) throw new BadInput("status_list.size", { bytes: size });
  return field;
}
