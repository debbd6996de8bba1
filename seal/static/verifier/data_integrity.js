/* Documents with an embedded eddsa-jcs-2022 proof, as strict as seal/keys/data_integrity.py reads our own. */

import { BadInput } from "./bad_input.js";
import { concat, equal } from "./bytes.js";
import * as clock from "./clock.js";
import * as ed25519 from "./ed25519.js";
import { canonical, hasExactly, isObject, strictJson } from "./json.js";
import { sha256 } from "./sha2.js";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const OURS = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"];
const VALUE_MAX = 100;

function written(value) {
  try {
    return canonical(value);
  } catch {
    throw new BadInput("embedded.not_canonical");
  }
}

/** Bytes of base58. Raises `BadInput("multibase.symbol")`. */
export function fromBase58(text) {
  let number = 0n;
  for (const symbol of text) {
    const value = BASE58.indexOf(symbol);
    if (value < 0) throw new BadInput("multibase.symbol", { symbol });
    number = number * 58n + BigInt(value);
  }
  const data = [];
  for (; number; number >>= 8n) data.unshift(Number(number & 255n));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...data]);
}

function base58(data) {
  let number = data.reduce((total, byte) => total * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  return "1".repeat(data.findIndex((byte) => byte)) + text;
}

/** The name of a key in the DID document for such proofs. */
export function multikeyUrl(did, raw) {
  return `${did}#z${base58(concat(Uint8Array.of(0xed, 1), raw))}`;
}

function signatureOf(value) {
  if (!value.startsWith("z") || value.length > VALUE_MAX) throw new BadInput("embedded.value");
  const signature = fromBase58(value.slice(1));
  if (signature.length !== ed25519.SIGNATURE_BYTES) throw new BadInput("embedded.value");
  return signature;
}

/** {document, proof, created, payload, signature}. Raises `BadInput("embedded.…" | "jws.json" | "multibase.symbol")`. */
export function read(data) {
  const secured = strictJson(data);
  if (!equal(written(secured), data)) throw new BadInput("embedded.not_canonical");
  if (!isObject(secured) || !isObject(secured.proof)) throw new BadInput("embedded.members");
  const { proof, ...document } = secured;
  const wanted = "@context" in document ? [...OURS, "@context"] : OURS;
  if (!hasExactly(proof, wanted) || !OURS.every((name) => typeof proof[name] === "string")) throw new BadInput("embedded.members");
  if (proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-jcs-2022" || proof.proofPurpose !== "assertionMethod") {
    throw new BadInput("embedded.suite", { suite: proof.cryptosuite });
  }
  const context = (value) => ("@context" in value ? written(value["@context"]) : new Uint8Array());
  if (!equal(context(proof), context(document))) throw new BadInput("embedded.context");
  const signature = signatureOf(proof.proofValue);
  let created;
  try {
    created = clock.parseRfc3339(proof.created);
  } catch {
    throw new BadInput("embedded.members");
  }
  return { document, proof, created, payload: written(document), signature };
}

/** True if this key of this DID made the proof. */
export async function holds(embedded, did, raw) {
  const { proofValue: _, ...options } = embedded.proof;
  if (embedded.proof.verificationMethod !== multikeyUrl(did, raw)) return false;
  return ed25519.verify(raw, embedded.signature, concat(sha256(written(options)), sha256(embedded.payload)));
}
