/* What an archive carries beside its log, held against the signed bundle, as seal/public/checking.py does: status lists
   and the requirements of each protocol. */

import { hex, utf8 } from "./bytes.js";
import * as clock from "./clock.js";
import { strictJson } from "./json.js";
import * as jws from "./jws.js";
import { sha256 } from "./sha2.js";
import { isSet, readDocument, SLOTS } from "./status_list.js";

const PURPOSES = ["revocation", "suspension"];
const FINAL = ["withdrawn", "recalled", "revoked"];

/** Faults [what, code] of `lists` ([path, compact]) and `protocols` ([folder, document, publication, package]). */
export async function check({ lists, protocols }, bundle) {
  const faults = [];
  for (const [path, compact] of lists) {
    const code = await statusFault(path, compact, bundle);
    if (code) faults.push([path, code]);
  }
  const named = new Map(bundle.contents.certifications.map(({ protocol }) => [protocol.digest, protocol]));
  for (const { id, version, digest } of named.values()) {
    const folder = `protocols/${id}/${version}`;
    const [, document, publication, packed] = protocols.find((one) => one[0] === folder) ?? [folder, "", "", ""];
    if (of(document) !== digest) faults.push([`${folder}/document.json`, "public.protocol"]);
    if (of(packed) !== published(publication)) faults.push([`${folder}/package.json`, "public.protocol"]);
  }
  return faults;
}

const of = (text) => hex(sha256(utf8(text)));

function published(publication) {
  try {
    return JSON.parse(publication).package_sha256;
  } catch {
    return null;
  }
}

/** A list signed by a log key; none as old as the bundle may show a revocation that the bundle hides. */
async function statusFault(path, compact, { contents, keys }) {
  const [, purpose, number] = path.replace(/\.jwt$/, "").split("/");
  let bits;
  let made;
  try {
    const token = jws.parse(utf8(compact), jws.VC);
    const key = keys.log.find((one) => one.kid === token.key);
    if (!key || !PURPOSES.includes(purpose) || !(await jws.verify(token, key.raw))) return "public.signature";
    const at = `${contents.base}/status/${purpose}/${number}`;
    bits = await readDocument(token.payload, { at, issuer: contents.did, purpose });
    made = clock.parseRfc3339(strictJson(token.payload).validFrom);
  } catch {
    return "public.signature";
  }
  if (purpose !== "revocation" || made > contents.asOf) return null;
  const listed = [...contents.certifications, ...contents.batches].map((one) => one.facts);
  const hidden = listed.some(
    ({ statusIndex, state }) =>
      String(Math.floor(statusIndex / SLOTS)) === number && isSet(bits, statusIndex % SLOTS) && !FINAL.includes(state),
  );
  return hidden ? "public.hidden" : null;
}
