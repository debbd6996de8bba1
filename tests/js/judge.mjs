/* Answers tasks in JSON lines with the verifier of the pages; the tests compare it with the Python one, answer by answer.
   Run in node by tests/js/engine.py, and imported by a page in Chromium (see `answerAll`). */

import * as bundles from "../../seal/static/verifier/bundle.js";
import { base64, fromBase64, fromHex, hex, utf8 } from "../../seal/static/verifier/bytes.js";
import * as clock from "../../seal/static/verifier/clock.js";
import * as codes from "../../seal/static/verifier/code.js";
import * as dataIntegrity from "../../seal/static/verifier/data_integrity.js";
import * as ed25519 from "../../seal/static/verifier/ed25519.js";
import { judge } from "../../seal/static/verifier/judge.js";
import * as jws from "../../seal/static/verifier/jws.js";
import * as merkle from "../../seal/static/verifier/merkle.js";
import { openCheckpoint, parseVerifierKey } from "../../seal/static/verifier/note.js";
import { credentialId } from "../../seal/static/verifier/reading.js";
import { sha256 } from "../../seal/static/verifier/sha2.js";
import * as statement from "../../seal/static/verifier/statement.js";
import * as statusList from "../../seal/static/verifier/status_list.js";
import * as tokens from "../../seal/static/verifier/token.js";
import { BadInput } from "../../seal/static/verifier/bad_input.js";
import { strictJson } from "../../seal/static/verifier/json.js";

const held = new Map();
const moment = (at) => (at === null ? null : clock.rfc3339(at));

function verdictOf(verdict) {
  return {
    code: verdict.code,
    notes: verdict.notes,
    as_of: moment(verdict.asOf),
    source: verdict.source,
    lines: verdict.lines.map((line) => [line.name, line.code, line.params]),
    next_change: moment(verdict.nextChange),
    stale: verdict.stale,
  };
}

const day = (text) => (text ? clock.parseDay(text) : null);

const batchOf = (batch) =>
  batch && {
    publicId: batch.public_id, state: batch.state, statusIndex: batch.status_index, sealedOn: day(batch.sealed_on),
    useByDays: batch.use_by_days, highestReserved: batch.highest_reserved, void: batch.void, lost: batch.lost,
    closed: batch.closed, since: day(batch.since), reasonClass: batch.reason_class, logged: batch.logged, bound: batch.bound,
  };

const certificationOf = (one) =>
  one && {
    publicId: one.public_id, state: one.state, statusIndex: one.status_index, grantedOn: day(one.granted_on),
    validFrom: day(one.valid_from), validUntil: day(one.valid_until), since: day(one.since), reasonClass: one.reason_class,
    windows: one.windows.map(([first, last, reasonClass]) => ({ first: day(first), last: day(last), reasonClass })),
    logged: one.logged, bound: one.bound,
  };

function evidenceOf(found) {
  const { asked, batch, certification: one, roll = null, box = null } = found;
  return {
    source: found.source,
    asOf: clock.parseRfc3339(found.as_of),
    zone: found.zone,
    readable: found.readable,
    holdsKey: found.holds_key,
    seenOften: found.seen_often,
    asked: asked && {
      publicId: asked.public_id, kind: asked.kind, unit: asked.unit, day: day(asked.day), days: asked.days,
      statusIndex: asked.status_index, signature: asked.signature,
    },
    batch: batchOf(batch),
    certification: certificationOf(one),
    roll: roll && {
      publicId: roll.public_id, issuedOn: day(roll.issued_on), size: roll.size, void: roll.void, lost: roll.lost,
      bound: roll.bound.map(([first, last, lot, unit]) => ({ first, last, batch: lot, unit })), logged: roll.logged,
    },
    box: box && {
      publicId: box.public_id, issuedOn: day(box.issued_on), state: box.state, logged: box.logged,
      parts: box.parts.map((part) => ({
        batch: batchOf(part.batch), certification: certificationOf(part.certification), units: part.units,
      })),
    },
  };
}

const periods = (keys) => keys.map((key) => [key.kid, moment(key.since)]);

const VECTORS = {
  code(one) {
    const { publicId, unit } = codes.parseCode(one.text);
    return { id: publicId, unit, printed: codes.printed(publicId, unit), plain: codes.plain(publicId, unit) };
  },
  async token(one, keys) {
    const { fields, suffix, ...token } = tokens.parse(one.path);
    const issuing = Object.entries(keys).filter(([name]) => name.startsWith("issuing"));
    return {
      kind: tokens.KINDS.indexOf(fields.kind), hint: fields.hint, id: fields.publicId, day: clock.isoDay(fields.day),
      days: fields.days, status_index: fields.statusIndex, number: fields.number, suffix,
      signed_by: await tokens.signerOf({ fields, suffix, ...token }, issuing.map(([, key]) => key)),
    };
  },
  leaf(one) {
    const entry = merkle.entryBytes(one.type, one.object_id, fromHex(one.salt), utf8(one.exact));
    return { entry: hex(entry), leaf_hash: hex(merkle.leafHash(entry)) };
  },
  proof(one) {
    const [path, root] = [one.path.map(fromHex), fromHex(one.root)];
    const good =
      one.kind === "inclusion"
        ? merkle.verifyInclusion(fromHex(one.leaf_hash), one.index, one.size, path, root)
        : merkle.verifyConsistency(one.old, one.size, path, fromHex(one.old_root), root);
    if (!good) throw new BadInput("proof.false");
    return null;
  },
  async checkpoint(one) {
    const found = await openCheckpoint(utf8(one.note), parseVerifierKey(one.key));
    return { origin: found.origin, size: String(found.size), root: base64(found.root) };
  },
  async key_statement(one) {
    const history = await statement.verifyChain(one.statements.map(utf8), one.fingerprint);
    const { did, base, issuing, log, current } = history;
    return { did, base, issuing: periods(issuing), log: periods(log), next_sha256: current.nextSha256 };
  },
  async embedded(one, keys) {
    const found = dataIntegrity.read(utf8(one.document));
    if (!(await dataIntegrity.holds(found, one.did, keys[one.by]))) throw new BadInput("embedded.false");
    return {
      created: moment(found.created), verification_method: found.proof.verificationMethod,
      payload_sha256: hex(sha256(found.payload)),
    };
  },
  async status_list(one, keys) {
    const read = jws.parse(one.jwt, jws.VC);
    if (!(await jws.verify(read, keys["log-1"]))) throw new Error("not by the log key");
    const field = await statusList.readDocument(read.payload, { at: one.address, issuer: one.issuer, purpose: one.purpose });
    const set = Array.from({ length: statusList.SLOTS }, (_, slot) => slot).filter((slot) => statusList.isSet(field, slot));
    return { set, kid: read.key };
  },
};

const TASKS = {
  async bundle(task) {
    const bundle = await bundles.read(fromBase64(task.jws), task.fingerprint, task.last === null ? null : bundles.lastSeen(held.get(task.last)));
    held.set(task.id, bundle);
    const { contents, fingerprint, pinned, checkpoint } = bundle;
    return {
      did: contents.did, epoch: contents.epoch, fingerprint, pinned, checkpoint: checkpoint && Number(checkpoint.size),
      certifications: contents.certifications.length, batches: contents.batches.length,
    };
  },
  async judge(task) {
    if (!held.has(task.bundle)) return "no bundle";
    const evidence = await bundles.evidence(held.get(task.bundle), task.text, task.source);
    return verdictOf(judge(evidence, task.at));
  },
  evidence: (task) => verdictOf(judge(evidenceOf(task.evidence), task.at)),
  vector: (task) => {
    const keys = Object.entries(task.keys).map(([name, key]) => [name, fromBase64(key)]);
    return VECTORS[task.format](task.case, Object.fromEntries(keys));
  },
  signature: (task) => ed25519.verify(...[task.raw, task.signature, task.message].map(fromHex)),
  credential: (task) => credentialId(strictJson(utf8(task.text))),
};

/** The answer to one task: `{is}` or `{refused: code}`; anything that is no refusal is a fault and is told. */
async function answer(task) {
  try {
    return { is: await TASKS[task.do](task) };
  } catch (error) {
    return error instanceof BadInput ? { refused: error.code } : { fault: String(error.stack ?? error) };
  }
}

/** Every task in order; `native` false uses the arithmetic alone. */
export async function answerAll(tasks, native = true) {
  ed25519.useNative(native);
  const answers = [];
  for (const task of tasks) answers.push(await answer(task));
  return answers;
}

if (globalThis.process?.argv[1]?.endsWith("judge.mjs")) {
  const { readFileSync, writeFileSync } = await import("node:fs");
  globalThis.crypto ??= (await import("node:crypto")).webcrypto; // node 18 has it, under this name
  const [, , from, to, native] = process.argv;
  const tasks = readFileSync(from, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const answers = await answerAll(tasks, native !== "arithmetic");
  writeFileSync(to, answers.map((one) => JSON.stringify(one)).join("\n"));
}
