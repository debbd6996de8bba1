/* Bytes and their spellings: strict UTF-8, hexadecimal, base64 and base64url in one canonical form each. */

import { BadInput } from "./bad_input.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function utf8(text) {
  return encoder.encode(text);
}

/** Text of strict UTF-8; `null` for anything else. A byte order mark is a character like any other. */
export function fromUtf8(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return null;
  }
}

/** False for text with half of a surrogate pair: it has no UTF-8. */
export function isWellFormed(text) {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Text of ASCII bytes; `null` if one is above 127. */
export function fromAscii(data) {
  for (let at = 0; at < data.length; at++) if (data[at] > 127) return null;
  return decoder.decode(data);
}

export function hex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

export function base64(data) {
  let text = "";
  for (let start = 0; start < data.length; start += 8192) text += String.fromCharCode(...data.subarray(start, start + 8192));
  return btoa(text);
}

/** Strict inverse of `base64`; raises `BadInput(code)` for any other spelling. */
export function fromBase64(text, code) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) throw new BadInput(code);
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new BadInput(code);
  }
  const data = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) data[at] = raw.charCodeAt(at);
  // Only the last group can be spelled in several ways: bits beyond the last byte.
  const left = data.length % 3;
  if (left && base64(data.subarray(-left)) !== text.slice(-4)) throw new BadInput(code);
  return data;
}

/** base64url without padding (RFC 7515 appendix C). */
export function base64url(data) {
  return base64(data).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Strict inverse of `base64url`; raises `BadInput("jws.base64")` for any other spelling. */
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new BadInput("jws.base64");
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-text.length & 3);
  return fromBase64(padded, "jws.base64");
}
