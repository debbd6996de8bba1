/* From what a person holds (code, token, address, credential) to what is asked: seal/verification/reading.py. */

import { utf8 } from "./bytes.js";
import * as clock from "./clock.js";
import * as codes from "./code.js";
import * as ed25519 from "./ed25519.js";
import { isObject, strictJson } from "./json.js";
import * as jws from "./jws.js";
import * as tokens from "./token.js";

export const LINE_MAX = 2_000;
const CREDENTIAL_MAX_BYTES = 200_000;
const STATUS_LIST_SLOTS = 131_072;
const ADDRESS = /^https?:\/\/([^ /?#]*)([^ ?#]*)(?:[?#][^ ]*)?$/i;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** `{code}`, `{token}` or `{credential}`, each with the public id; `null` for anything else (mistyped). */
export function read(text) {
  text = codes.strip(text);
  if (text.split(".").length === 3 && text.startsWith("eyJ")) return readCredential(utf8(text));
  if ([...text].length > LINE_MAX || UNPRINTABLE.test(text)) return null;
  const address = ADDRESS.exec(text);
  const path = (address ? address[2] : text).replace(/\/+$/, "");
  const digits = (address ? /(?:^|\/)([0-9]{30,}(?:\/.*)?)$/ : /^(?:|\/)([0-9]{30,}(?:\/.*)?)$/).exec(path);
  try {
    if (digits) {
      const token = tokens.parse(digits[1]);
      return { token, publicId: token.fields.publicId };
    }
    const code = codes.parseCode(address ? path.slice(path.lastIndexOf("/") + 1) : path);
    return { code, publicId: code.publicId };
  } catch {
    return null;
  }
}

/** The host of a web address in small letters, `null` for other text. */
export function hostOf(text) {
  const address = ADDRESS.exec(codes.strip(text));
  return address ? address[1].slice(address[1].lastIndexOf("@") + 1).toLowerCase() : null;
}

function readCredential(data) {
  try {
    const token = jws.parse(data, jws.VC, CREDENTIAL_MAX_BYTES);
    const document = strictJson(token.payload);
    const publicId = isObject(document) ? credentialId(document) : null;
    return publicId === null ? null : { credential: { token, document }, publicId };
  } catch {
    return null;
  }
}

/** The public id that a credential's `id` names; `null` for anything that is not exactly ours. */
export function credentialId(document) {
  if (typeof document.id !== "string") return null;
  const mark = document.id.lastIndexOf("/c/");
  const code = mark < 0 ? "" : document.id.slice(mark + 3);
  try {
    const parsed = codes.parseCode(code);
    return parsed.unit === null && codes.plain(parsed.publicId) === code ? parsed.publicId : null;
  } catch {
    return null;
  }
}

const NOTHING = { kind: null, unit: null, day: null, days: null, statusIndex: null, signature: "absent" };

/** The number of the unit or seal that is asked about, `null` if it names none. */
export function numberOf(held) {
  if (held.token) return held.token.fields.number;
  return held.code ? held.code.unit : null;
}

/** What `held` asks, with the verdict of `keys` on its signature. `keys`: `{did, period}`; `owner`: `{did, zone, leaf}`. */
export async function ask(held, keys, owner) {
  if (held.code) return { ...NOTHING, publicId: held.publicId, unit: held.code.unit };
  if (held.credential) return askCredential(held, keys, owner);
  const { fields } = held.token;
  const candidates = keys.filter((key) => ed25519.hint(key.period.kid) === fields.hint);
  const kid = await tokens.signerOf(held.token, candidates.map((key) => key.period.raw));
  let signers = candidates.filter((key) => key.period.kid === kid);
  if (held.token.suffix) {
    // The record holds no suffix: under an ended key nothing tells it from what a thief wrote.
    const never = (key) => ({ ...key, period: { ...key.period, ended: { ...key.period.ended, treeSize: 0 } } });
    signers = signers.map((key) => (key.period.ended === null ? key : never(key)));
  }
  return {
    publicId: fields.publicId,
    kind: fields.kind,
    unit: fields.number,
    day: fields.day,
    days: fields.days,
    statusIndex: fields.statusIndex,
    signature: standing(signers, candidates.length > 0, owner, fields.day),
  };
}

async function askCredential(held, keys, owner) {
  const { token, document } = held.credential;
  const named = keys.filter((key) => key.period.kid === token.key);
  const signers = [];
  for (const key of named) {
    if (key.did === token.did && token.did === issuerOf(document) && (await jws.verify(token, key.period.raw))) signers.push(key);
  }
  const isBatch = !("validUntil" in document);
  let fields;
  try {
    fields = {
      day: clock.localDay(clock.parseRfc3339(document.validFrom), owner ? owner.zone : "UTC"),
      days: isBatch ? useByDays(document) : null,
      statusIndex: statusIndexOf(document),
    };
  } catch {
    // Signed or not, this is no credential of ours: its fields cannot be compared with any record.
    return { ...NOTHING, publicId: held.publicId, kind: "batch", signature: "false" };
  }
  return {
    ...NOTHING,
    publicId: held.publicId,
    kind: isBatch ? "batch" : "plaque",
    ...fields,
    signature: standing(signers, named.length > 0, owner, fields.day),
  };
}

function standing(signers, anyHeld, owner, day) {
  if (!signers.length) return anyHeld ? "false" : "key_not_held";
  if (!owner) return "good";
  const owned = signers.filter((key) => key.did === owner.did);
  if (!owned.length) return "wrong_owner";
  return owned.some((key) => wasActive(key.period, owner, day)) ? "good" : "key_not_active";
}

/** Labels are printed after the day that they carry, so only the end of a key's time counts. An ended key stands for
    what the log already held. */
function wasActive(key, owner, day) {
  if (key.until !== null && day > clock.localDay(key.until, owner.zone)) return false;
  if (key.ended === null) return true;
  return owner.leaf !== null && owner.leaf < key.ended.treeSize;
}

function issuerOf(document) {
  return isObject(document.issuer) ? document.issuer.id : document.issuer;
}

function object(value) {
  if (!isObject(value)) throw new RangeError("an object expected");
  return value;
}

function list(value) {
  if (!Array.isArray(value)) throw new RangeError("a list expected");
  return value;
}

/** A whole number as such or in decimal digits. */
function count(value) {
  if (Number.isSafeInteger(value) && value >= 0 && value <= 999_999_999) return value;
  if (typeof value !== "string" || !/^[0-9]{1,9}$/.test(value)) throw new RangeError("a count expected");
  return Number(value);
}

function useByDays(document) {
  const first = object(list(object(document.credentialSubject).assessment)[0]);
  const declared = "declaredValue" in first ? list(first.declaredValue) : [];
  for (const one of declared) {
    if (!("metricName" in object(one))) throw new RangeError("a name expected");
    if (one.metricName === "useByDays") return count(object(one.metricValue).value);
  }
  return 0;
}

function statusIndexOf(document) {
  const entry = object(list(document.credentialStatus)[0]);
  if (typeof entry.statusListCredential !== "string") throw new RangeError("an address expected");
  const number = count(entry.statusListCredential.slice(entry.statusListCredential.lastIndexOf("/") + 1));
  const slot = count(entry.statusListIndex);
  if (slot >= STATUS_LIST_SLOTS) throw new RangeError("no such slot");
  return number * STATUS_LIST_SLOTS + slot;
}
