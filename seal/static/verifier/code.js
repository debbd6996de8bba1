/* Codes that people type: Crockford base32 with a check symbol (FORMATS A7, seal/ids.py). */

import { BadInput } from "./bad_input.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VALUE = new Map([...[...ALPHABET].map((symbol, value) => [symbol, value]), ["O", 0], ["I", 1], ["L", 1]]);
export const UNIT_MAX = 65_535;

function timesTwo(value) {
  return (value << 1) ^ (value & 16 ? 0b100101 : 0);
}

function check(symbols) {
  return symbols.reduce((total, value) => timesTwo(total ^ value), 0);
}

function symbolsOf(value, count) {
  return Array.from({ length: count }, (_, place) => Math.floor(value / 32 ** (count - 1 - place)) % 32);
}

/** Nine or thirteen symbols without separators. */
export function plain(publicId, unit = null) {
  const symbols = [...symbolsOf(publicId, 8), ...(unit === null ? [] : symbolsOf(unit, 4))];
  return [...symbols, check(symbols)].map((value) => ALPHABET[value]).join("");
}

/** Grouped by four for the eye: `7Q4K-2MXP-8`. */
export function printed(publicId, unit = null) {
  return plain(publicId, unit).match(/.{1,4}/g).join("-");
}

/** What Python's `str.strip` takes away: other white space than JavaScript's. */
export function strip(text) {
  const space = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  return text.replace(new RegExp(`^${space}+|${space}+$`, "g"), "");
}

/** `{publicId, unit}` of a code as a person types it. Raises `BadInput("code.length" | "code.symbol" | …)`. */
export function parseCode(text) {
  const bare = [...strip(text).replaceAll("-", "").replaceAll(" ", "").toUpperCase()];
  if (bare.length !== 9 && bare.length !== 13) throw new BadInput("code.length", { length: bare.length });
  const values = bare.map((symbol, index) => {
    if (!VALUE.has(symbol)) throw new BadInput("code.symbol", { symbol, place: index + 1 });
    return VALUE.get(symbol);
  });
  if (check(values.slice(0, -1)) !== values.at(-1)) throw new BadInput("code.check");
  const publicId = values.slice(0, 8).reduce((total, value) => total * 32 + value, 0);
  if (bare.length === 9) return { publicId, unit: null };
  const unit = values.slice(8, 12).reduce((total, value) => total * 32 + value, 0);
  if (unit < 1 || unit > UNIT_MAX) throw new BadInput("code.unit", { unit });
  return { publicId, unit };
}
