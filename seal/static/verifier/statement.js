/* Key statements: the signed chain of an association's keys (FORMATS A1, A2; seal/keys/statement.py).

   A verifier that pins the fingerprint of any issuing key of the chain reaches the later ones by what each statement
   commits to, and the earlier ones by `previous`. */

import { BadInput } from "./bad_input.js";
import { base64url, equal, fromBase64url, hex } from "./bytes.js";
import * as clock from "./clock.js";
import * as ed25519 from "./ed25519.js";
import { canonical, hasExactly, isObject, strictJson } from "./json.js";
import * as jws from "./jws.js";
import { sha256 } from "./sha2.js";

const FORMAT = "seal-keys/1";
export const MAX_BYTES = 20_000;
const MAX_STATEMENTS = 1_000;
const MEMBERS = ["seal", "did", "base", "seq", "at", "issuing", "log", "next_sha256", "previous"];

function text(value) {
  if (typeof value !== "string") throw new RangeError("text expected");
  return value;
}

function count(value) {
  if ((typeof value !== "number" && typeof value !== "bigint") || value < 0) throw new RangeError("a count expected");
  return value;
}

function hexDigits(value) {
  if (!ed25519.isKeyId(value)) throw new RangeError("64 hexadecimal digits expected");
  return value;
}

function rawKey(value) {
  if (!isObject(value)) throw new RangeError("a key expected");
  const raw = fromBase64url(text(value.x));
  if (!hasExactly(value, ["kid", "x"]) || value.kid !== ed25519.keyId(raw)) throw new RangeError("not the key's id");
  return raw;
}

function ending(value) {
  if (!isObject(value)) throw new RangeError("an end expected");
  return { kid: hexDigits(value.kid), at: clock.parseRfc3339(value.at), treeSize: count(value.tree_size) };
}

/** `ended` as Python reads it: something empty is nothing. */
function endings(value) {
  if (value === undefined || value === "" || (isObject(value) && !Object.keys(value).length)) return [];
  if (!Array.isArray(value)) throw new RangeError("a list expected");
  return value.map(ending);
}

function key(raw) {
  return { kid: ed25519.keyId(raw), x: base64url(raw) };
}

/** The exact RFC 8785 bytes of a statement. */
function payload(one) {
  const document = {
    seal: FORMAT,
    did: one.did,
    base: one.base,
    seq: one.seq,
    at: clock.rfc3339(one.at),
    issuing: key(one.issuing),
    log: key(one.log),
    next_sha256: one.nextSha256,
    previous: one.previous,
  };
  const ended = one.ended.map((end) => ({ at: clock.rfc3339(end.at), kid: end.kid, tree_size: end.treeSize }));
  if (ended.length) document.ended = ended.sort((a, b) => (a.kid < b.kid ? -1 : a.kid > b.kid ? 1 : 0));
  return canonical(document);
}

/** What the next statement says in `previous`. */
export function digest(compact) {
  return hex(sha256(compact));
}

/** Read a statement's payload; canonical bytes only. Raises `BadInput("statement.…")`. */
export function readPayload(data) {
  const document = strictJson(data);
  const names = isObject(document) ? Object.keys(document) : [];
  if (!MEMBERS.every((name) => names.includes(name)) || !names.every((name) => [...MEMBERS, "ended"].includes(name))) {
    throw new BadInput("statement.members");
  }
  if (document.seal !== FORMAT) throw new BadInput("statement.format");
  let one;
  try {
    one = {
      did: text(document.did),
      base: text(document.base),
      seq: count(document.seq),
      at: clock.parseRfc3339(document.at),
      issuing: rawKey(document.issuing),
      log: rawKey(document.log),
      nextSha256: hexDigits(document.next_sha256),
      previous: document.previous === null ? null : hexDigits(document.previous),
      ended: endings(document.ended),
    };
  } catch {
    throw new BadInput("statement.field");
  }
  let written = new Uint8Array();
  try {
    written = payload(one);
  } catch {
    // What cannot be written is not canonical either.
  }
  if (!equal(written, data)) throw new BadInput("statement.not_canonical");
  one.fingerprint = ed25519.keyId(one.issuing);
  one.logKid = ed25519.keyId(one.log);
  return one;
}

/** The keys that `fingerprint` vouches for: `{statements, issuing, log, did, base, current}`. Raises as the Python one:
    `jws.…`, `statement.…`, `chain.…`. */
export async function verifyChain(compacts, fingerprint) {
  if (!compacts.length || compacts.length > MAX_STATEMENTS) throw new BadInput("chain.empty");
  const statements = [];
  for (const [index, compact] of compacts.entries()) {
    const seq = index + 1;
    const token = jws.parse(compact, jws.KEYS, MAX_BYTES);
    const one = readPayload(token.payload);
    if (one.seq !== seq) throw new BadInput("chain.sequence", { seq });
    checkLink(one, token, statements.at(-1), compacts[index - 1]);
    if (!(await jws.verify(token, one.issuing))) throw new BadInput("chain.signature", { seq });
    statements.push(one);
  }
  if (!statements.some((one) => one.fingerprint === fingerprint)) throw new BadInput("chain.fingerprint");
  return history(statements);
}

function checkLink(one, token, before, beforeJws) {
  const { seq } = one;
  if (token.kid !== `${one.did}#${one.fingerprint}`) throw new BadInput("chain.identity", { seq });
  if (new Set([one.fingerprint, one.logKid, one.nextSha256]).size !== 3) throw new BadInput("chain.same_key", { seq });
  if (before === undefined) {
    if (one.previous !== null) throw new BadInput("chain.previous", { seq });
    return;
  }
  if (one.did !== before.did) throw new BadInput("chain.identity", { seq });
  if (one.previous !== digest(beforeJws)) throw new BadInput("chain.previous", { seq });
  if (one.fingerprint !== before.nextSha256) throw new BadInput("chain.successor", { seq });
  if (one.at < before.at) throw new BadInput("chain.time", { seq });
}

function history(statements) {
  const ended = new Map(statements.flatMap((one) => one.ended.map((end) => [end.kid, end])));
  const log = [];
  for (const one of statements) {
    if (!log.length || !equal(log.at(-1).raw, one.log)) log.push({ raw: one.log, since: one.at });
  }
  const current = statements.at(-1);
  return {
    statements,
    current,
    did: current.did,
    base: current.base,
    issuing: periods(statements.map((one) => ({ raw: one.issuing, since: one.at })), ended),
    log: periods(log, ended),
  };
}

/** Keys and the time for which statements name them: `since` inclusive, `until` exclusive, `null` while in use. */
function periods(named, ended) {
  return named.map(({ raw, since }, place) => {
    const kid = ed25519.keyId(raw);
    return { raw, kid, since, until: named[place + 1]?.since ?? null, ended: ended.get(kid) ?? null };
  });
}

/** True if the key was to be used at `at`: named, not yet replaced and not ended. */
export function activeAt(period, at) {
  const closed = [period.until, period.ended?.at ?? null].filter((moment) => moment !== null);
  return period.since <= at && closed.every((moment) => at < moment);
}
