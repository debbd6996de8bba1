/* The whole public log as an archive carries it: every entry, the root anew, and each object's place in it. */

import { equal, fromBase64, fromHex, utf8 } from "./bytes.js";
import * as jws from "./jws.js";
import { entryBytes, leafHash, root } from "./merkle.js";
import { parseCheckpointText, parseNote, verifiedBy, verifierKey } from "./note.js";
import { credentialId } from "./reading.js";
import { strictJson } from "./json.js";

const CERTIFICATION = 3;
const BATCH = 4;

/** Entries of tlog-tiles entry bundles: two bytes of length, then the entry. `RangeError` for a broken bundle. */
export function unpack(data) {
  const found = [];
  for (let at = 0; at < data.length; ) {
    const size = data[at] * 256 + data[at + 1];
    if (at + 2 + size > data.length || Number.isNaN(size)) throw new RangeError("a broken bundle of entries");
    found.push(data.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  return found;
}

/** {size, objects, faults}: what holds of an archive's log. `faults` are [what, code], none if everything holds. */
export async function check(data, bundle) {
  const faults = [];
  const { contents, keys } = bundle;
  const origin = contents.base.slice(contents.base.indexOf("://") + 3);
  const note = parseNote(utf8(data.checkpoint));
  const head = parseCheckpointText(note.text);
  const signed = await Promise.all(keys.log.map((key) => verifiedBy(note, verifierKey(origin, key.raw))));
  if (head.origin !== origin || !signed.includes(true)) faults.push(["log/checkpoint", "public.signature"]);
  const entries = data.entries.flatMap((one) => unpack(fromBase64(one, "public.log")));
  const hashes = entries.map(leafHash);
  if (entries.length !== head.size || !equal(root(hashes), head.root)) faults.push(["log/checkpoint", "public.log_root"]);
  const before = bundle.checkpoint;
  if (before && (before.size > entries.length || !equal(root(hashes.slice(0, before.size)), before.root))) {
    faults.push(["bundle.jwt", "public.log_root"]);
  }
  const recorded = new Map();
  for (const [index, type, id, salt, path, exact] of data.objects) {
    const bytes = utf8(exact);
    const entry = entries[index];
    if (!entry || !equal(entryBytes(type, id, fromHex(salt), bytes), entry)) faults.push([path, "public.not_in_log"]);
    else if (type === CERTIFICATION || type === BATCH) {
      const publicId = await credential(bytes, keys);
      if (publicId === null) faults.push([path, "public.signature"]);
      else recorded.set(publicId, index);
    }
  }
  for (const one of [...contents.certifications, ...contents.batches]) {
    const { publicId } = one.facts;
    if (one.leaf !== null && one.leaf < entries.length && recorded.get(publicId) !== one.leaf) {
      faults.push([String(publicId), "public.no_credential"]);
    }
  }
  return { size: entries.length, objects: data.objects.length, faults };
}

async function credential(bytes, keys) {
  try {
    const token = jws.parse(bytes, jws.VC);
    const key = keys.issuing.find((one) => one.kid === token.key);
    return key && (await jws.verify(token, key.raw)) ? credentialId(strictJson(token.payload)) : null;
  } catch {
    return null;
  }
}
