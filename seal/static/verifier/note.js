/* Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint, as strict as seal/transparency/note.py. */

import { BadInput } from "./bad_input.js";
import { base64, concat, equal, fromBase64, fromUtf8, hex, utf8 } from "./bytes.js";
import * as ed25519 from "./ed25519.js";
import { sha256 } from "./sha2.js";

const ED25519 = 1;
const MARK = "\u2014 ";
const NOTE_MAX_BYTES = 64_000;
const SIGNATURES_MAX = 64;
const SIZE_MAX = 2n ** 63n - 1n;

function checkName(name) {
  if (!name || name.includes("+") || /[\p{C}\p{Z}]/u.test(name)) throw new BadInput("note.key_name", { name });
  return name;
}

function checkText(text) {
  if (!text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text)) throw new BadInput("note.text");
}

/** A name and a raw Ed25519 public key; the name is part of what the hash binds. */
export function verifierKey(name, raw) {
  checkName(name);
  return { name, raw, hash: sha256(concat(utf8(`${name}\n`), Uint8Array.of(ED25519), raw)).subarray(0, 4) };
}

/** Read `name+hash+key`. Raises `BadInput("note.verifier_key" | "note.key_name")`. */
export function parseVerifierKey(text) {
  const [name, hashed, ...rest] = text.split("+");
  if (!rest.length) throw new BadInput("note.verifier_key");
  const data = fromBase64(rest.join("+"), "note.verifier_key");
  if (data.length !== 33 || data[0] !== ED25519) throw new BadInput("note.verifier_key");
  const key = verifierKey(name, data.subarray(1));
  if (hex(key.hash) !== hashed) throw new BadInput("note.verifier_key");
  return key;
}

/** Read a signed note: `{text, signatures}`. Raises `BadInput("note.…")`; trusts nothing yet. */
export function parseNote(data) {
  if (data.length > NOTE_MAX_BYTES) throw new BadInput("note.too_long", { bytes: data.length });
  const whole = fromUtf8(data);
  if (whole === null) throw new BadInput("note.text");
  checkText(whole);
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0) throw new BadInput("note.no_signature");
  const signatures = whole.slice(gap + 2).replace(/\n$/, "").split("\n").map(parseLine);
  if (signatures.length > SIGNATURES_MAX) throw new BadInput("note.too_long", { bytes: data.length });
  const note = { text: whole.slice(0, gap + 1), signatures };
  if (encoded(note) !== whole) throw new BadInput("note.text");
  return note;
}

function encoded(note) {
  const lines = note.signatures.map((one) => `${MARK}${one.name} ${base64(concat(one.hash, one.signature))}\n`);
  return `${note.text}\n${lines.join("")}`;
}

function parseLine(line) {
  const parts = (line.startsWith(MARK) ? line.slice(MARK.length) : line).split(" ");
  if (!line.startsWith(MARK) || parts.length !== 2) throw new BadInput("note.signature_line");
  const data = fromBase64(parts[1], "note.signature_line");
  if (data.length < 5) throw new BadInput("note.signature_line");
  return { name: checkName(parts[0]), hash: data.subarray(0, 4), signature: data.subarray(4) };
}

/** True if a line of this very key is there and right; a wrong one under its name and hash is fatal. */
export async function verifiedBy(note, key) {
  const lines = note.signatures.filter((line) => line.name === key.name && equal(line.hash, key.hash));
  const checks = await Promise.all(lines.map((line) => ed25519.verify(key.raw, line.signature, utf8(note.text))));
  return lines.length > 0 && checks.every(Boolean);
}

/** `{origin, size, root}` of a checkpoint's text. Raises `BadInput("checkpoint.…")`. `size` beyond 2^53 is a BigInt. */
export function parseCheckpointText(text) {
  checkText(text);
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3 || !lines.every(Boolean)) throw new BadInput("checkpoint.text");
  const [origin, written, encodedRoot] = lines;
  if (!/^(0|[1-9][0-9]{0,18})$/.test(written) || BigInt(written) > SIZE_MAX) throw new BadInput("checkpoint.size");
  const root = fromBase64(encodedRoot, "checkpoint.root");
  if (root.length !== 32) throw new BadInput("checkpoint.root");
  return { origin, size: Number.isSafeInteger(Number(written)) ? Number(written) : BigInt(written), root };
}

/** Read a signed checkpoint and check it against the log's own key, whose name is its origin. */
export async function openCheckpoint(data, key) {
  const note = parseNote(data);
  const checkpoint = parseCheckpointText(note.text);
  if (checkpoint.origin !== key.name) throw new BadInput("checkpoint.origin", { origin: checkpoint.origin });
  if (!(await verifiedBy(note, key))) throw new BadInput("checkpoint.signature");
  return checkpoint;
}
