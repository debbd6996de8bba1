/* JSON as Seal signs it, both ways: `strictJson` refuses what seal/keys/jws.py refuses, `canonical` writes RFC 8785.

   Objects have no prototype, so that no name is special. Whole numbers beyond 2^53 - 1 are BigInt, and cannot be
   written. */

import { BadInput } from "./bad_input.js";
import { fromUtf8, isWellFormed, utf8 } from "./bytes.js";

const DEPTH_MAX = 900;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const DIGITS_MAX = 4300;

/** JSON without repeated names, fractions or NaN. Raises `BadInput("jws.json")`. */
export function strictJson(data) {
  const text = fromUtf8(data);
  if (text === null) throw new BadInput("jws.json");
  return new Reader(text).whole();
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  whole() {
    this.space();
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) this.wrong();
    return value;
  }

  wrong() {
    throw new BadInput("jws.json");
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  space() {
    this.match(SPACE);
  }

  take(symbol) {
    if (this.text[this.at] !== symbol) this.wrong();
    this.at += 1;
  }

  value() {
    const first = this.text[this.at];
    if (first === "{" || first === "[") {
      this.depth += 1;
      if (this.depth > DEPTH_MAX) this.wrong();
      const found = first === "{" ? this.object() : this.list();
      this.depth -= 1;
      return found;
    }
    if (first === '"') return this.string();
    for (const [word, meaning] of [["null", null], ["true", true], ["false", false]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return meaning;
      }
    }
    return this.number();
  }

  number() {
    const found = this.match(NUMBER);
    if (!found || found[1] !== undefined || found[2] !== undefined) this.wrong();
    if (found[0].replace("-", "").length > DIGITS_MAX) this.wrong();
    const value = Number(found[0]);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(found[0]);
  }

  string() {
    this.take('"');
    let text = "";
    for (;;) {
      text += this.match(PLAIN)[0];
      if (this.text[this.at] === '"') break;
      this.take("\\");
      const sign = this.text[this.at];
      this.at += 1;
      if (sign === "u") {
        const digits = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.wrong();
        this.at += 4;
        text += String.fromCharCode(parseInt(digits, 16));
      } else if (Object.hasOwn(ESCAPES, sign ?? "none")) text += ESCAPES[sign];
      else this.wrong();
    }
    this.at += 1;
    return text;
  }

  object() {
    const found = Object.create(null);
    this.take("{");
    this.space();
    if (this.text[this.at] === "}") {
      this.at += 1;
      return found;
    }
    for (;;) {
      this.space();
      const name = this.string();
      if (name in found) this.wrong();
      this.space();
      this.take(":");
      this.space();
      found[name] = this.value();
      this.space();
      if (this.text[this.at] === "}") break;
      this.take(",");
    }
    this.at += 1;
    return found;
  }

  list() {
    const found = [];
    this.take("[");
    this.space();
    if (this.text[this.at] === "]") {
      this.at += 1;
      return found;
    }
    for (;;) {
      this.space();
      found.push(this.value());
      this.space();
      if (this.text[this.at] === "]") break;
      this.take(",");
    }
    this.at += 1;
    return found;
  }
}

/** The RFC 8785 bytes of a value. `RangeError` for what has none: half characters, numbers beyond 2^53 - 1. */
export function canonical(value) {
  return utf8(written(value));
}

function written(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!isWellFormed(value)) throw new RangeError("half a character");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("no whole number that JSON can hold");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object") throw new RangeError("nothing that JSON can hold");
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${written(name)}:${written(value[name])}`).join(",")}}`;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True if the object has exactly these member names. */
export function hasExactly(value, names) {
  return isObject(value) && Object.keys(value).length === names.length && names.every((name) => name in value);
}
