/* The signed bundle, read and kept (seal/verification/bundle.py). Keys are reached from a pinned fingerprint through the
   chain of key statements alone; without a pin the bundle is trusted on first use, and says so. */

import { BadInput } from "./bad_input.js";
import { equal, utf8 } from "./bytes.js";
import * as bundleFormat from "./bundle_format.js";
import * as clock from "./clock.js";
import * as jws from "./jws.js";
import { parseCheckpointText, parseNote, verifiedBy, verifierKey } from "./note.js";
import { boundAt } from "./judge.js";
import * as reading from "./reading.js";
import * as statement from "./statement.js";

/** What a verifier with storage keeps of the last bundle that it accepted; plain values, to be stored as they are. */
export function lastSeen(bundle) {
  const { did, epoch, asOf, statements } = bundle.contents;
  const { checkpoint } = bundle;
  return { did, epoch, asOf, statements, checkpoint: checkpoint && { size: checkpoint.size, root: checkpoint.root } };
}

/** A bundle that holds under `fingerprint`, or trusted on first use when that is `null`. Raises `BadInput` as the Python
    one does; `last` is what `lastSeen` kept. */
export async function read(data, fingerprint = null, last = null) {
  const token = jws.parse(stripped(data), jws.BUNDLE);
  const contents = bundleFormat.parse(token.payload);
  const keys = await statement.verifyChain(contents.statements.map(utf8), fingerprint ?? newest(contents.statements));
  if (contents.did !== keys.did || token.did !== keys.did) throw new BadInput("bundle.identity", { did: contents.did });
  const period = keys.log.findLast((key) => key.kid === token.key);
  // A bundle stands in no log: whoever stole its key may write any day into it.
  if (!period || period.ended || !statement.activeAt(period, contents.asOf)) throw new BadInput("bundle.key", { kid: token.key });
  if (!(await jws.verify(token, period.raw))) throw new BadInput("bundle.signature");
  clock.checkZone(contents.zone, contents.asOf);
  const checkpoint = await openCheckpoint(contents, keys);
  if (last) checkNotOlder(contents, checkpoint, last);
  return {
    contents,
    keys: { ...keys, issuing: withEnded(keys.issuing, contents.ended) },
    fingerprint: keys.current.fingerprint,
    pinned: fingerprint !== null,
    checkpoint,
  };
}

/** What the bundle knows about a code, token, address or credential; for `judge`. */
export async function evidence(bundle, text, source = "bundle") {
  const { contents, keys } = bundle;
  const found = { source, asOf: contents.asOf, zone: contents.zone, readable: true, holdsKey: true, seenOften: false };
  const held = reading.read(text);
  if (held === null) return { ...found, asked: null, batch: null, certification: null, roll: null, box: null };
  const roll = contents.rolls.find((one) => one.facts.publicId === held.publicId) ?? null;
  const box = contents.boxes.find((one) => one.publicId === held.publicId) ?? null;
  const lot = roll ? (boundAt(roll.facts, reading.numberOf(held))?.batch ?? null) : held.publicId;
  const batch = contents.batches.find((one) => one.facts.publicId === lot) ?? null;
  const wanted = batch ? batch.certification : lot;
  const one = contents.certifications.find((entry) => entry.facts.publicId === wanted) ?? null;
  const known = roll ?? box ?? batch ?? one;
  // The bundle is one association's: whatever it does not list, it does not own.
  const owner = { did: contents.did, zone: contents.zone, leaf: known ? known.leaf : null };
  const heldKeys = keys.issuing.map((period) => ({ did: keys.did, period }));
  return {
    ...found,
    asked: asFarAsListed(held, await reading.ask(held, heldKeys, owner), keys),
    batch: batch && batch.facts,
    certification: one && one.facts,
    roll: roll && roll.facts,
    box: box && boxFacts(contents, box),
    record: batch || one ? { batch, certification: one } : null,
  };
}

/** A box with the facts of what stands in it. */
function boxFacts(contents, box) {
  const parts = box.inside.map(({ batch: id, units }) => {
    const batch = contents.batches.find((one) => one.facts.publicId === id);
    const one = contents.certifications.find((entry) => entry.facts.publicId === batch.certification) ?? null;
    return { batch: batch.facts, certification: one && one.facts, units, record: batch };
  });
  return { publicId: box.publicId, issuedOn: box.issuedOn, state: box.state, parts, logged: box.leaf !== null };
}

/** An ended key vouches for what the log held, byte for byte. A label's every field is compared with the record; of a
    credential a list holds too little to tell an honest one from what a thief wrote over it: that cannot be checked. */
function asFarAsListed(held, asked, keys) {
  const ended = held.credential && keys.issuing.some((key) => key.kid === held.credential.token.key && key.ended);
  return ended && asked.signature === "good" ? { ...asked, signature: "key_not_held" } : asked;
}

/** Without the white space around it. */
function stripped(data) {
  const space = (byte) => byte === 32 || (byte >= 9 && byte <= 13);
  let [start, end] = [0, data.length];
  while (start < end && space(data[start])) start += 1;
  while (end > start && space(data[end - 1])) end -= 1;
  return data.subarray(start, end);
}

function newest(statements) {
  if (!statements.length) throw new BadInput("chain.empty");
  return statement.readPayload(jws.parse(statements.at(-1), jws.KEYS, statement.MAX_BYTES).payload).fingerprint;
}

async function openCheckpoint(contents, keys) {
  if (contents.checkpoint === null) return null;
  const note = parseNote(utf8(contents.checkpoint));
  const text = parseCheckpointText(note.text);
  const mark = contents.base.indexOf("://");
  const origin = mark < 0 ? "" : contents.base.slice(mark + 3);
  if (text.origin !== origin) throw new BadInput("bundle.checkpoint");
  const standing = keys.log.filter((key) => !key.ended || text.size <= key.ended.treeSize);
  for (const key of standing) if (await verifiedBy(note, verifierKey(origin, key.raw))) return text;
  throw new BadInput("bundle.checkpoint");
}

function checkNotOlder(contents, checkpoint, last) {
  if (contents.did !== last.did) throw new BadInput("bundle.identity", { did: contents.did });
  if (!last.statements.every((one, place) => contents.statements[place] === one)) throw new BadInput("bundle.other_history");
  const older = new BadInput("bundle.older", { epoch: contents.epoch, last: last.epoch });
  if (contents.epoch < last.epoch || contents.asOf < last.asOf) throw older;
  if (!last.checkpoint) return;
  if (!checkpoint || checkpoint.size < last.checkpoint.size) throw older;
  if (checkpoint.size === last.checkpoint.size && !equal(checkpoint.root, last.checkpoint.root)) {
    throw new BadInput("bundle.other_history");
  }
}

/** The log key may end a key: the earlier end counts. */
function withEnded(periods, ended) {
  const byKid = new Map(ended.map((end) => [end.kid, end]));
  return periods.map((period) => {
    const end = byKid.get(period.kid);
    return end && (!period.ended || end.treeSize < period.ended.treeSize) ? { ...period, ended: end } : period;
  });
}
