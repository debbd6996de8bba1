/* The Merkle tree of RFC 6962 and RFC 9162, and the entries that stand in it (seal/transparency/merkle.py, model.py). */

import { concat, equal, fromHex, utf8 } from "./bytes.js";
import { sha256 } from "./sha2.js";

const PREFIX = utf8("seal-leaf/1\0");
const HASH_BYTES = 32;
export const EMPTY_ROOT = sha256(new Uint8Array());

/** The entry of one object: type, UUID (text), salt (16 bytes) and the object's exact bytes. */
export function entryBytes(leafType, objectId, salt, exact) {
  const id = fromHex(objectId.replaceAll("-", ""));
  return concat(PREFIX, Uint8Array.of(leafType), id, sha256(concat(salt, exact)));
}

export function leafHash(entry) {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left, right) {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** The root over every leaf hash. */
export function root(hashes) {
  const frontier = [];
  hashes.forEach((leaf, place) => {
    frontier.push(leaf);
    for (let at = place; at & 1; at = Math.floor(at / 2)) {
      const right = frontier.pop();
      frontier.push(nodeHash(frontier.pop(), right));
    }
  });
  if (!frontier.length) return EMPTY_ROOT;
  return frontier.reduceRight((total, left) => nodeHash(left, total));
}

const half = (number) => Math.floor(number / 2);
const odd = (number) => number % 2 === 1;
const wellFormed = (...hashes) => hashes.every((hash) => hash.length === HASH_BYTES);

/** RFC 9162 2.1.3.2: is the leaf hash at `index` of the tree of `size`? */
export function verifyInclusion(leaf, index, size, path, treeRoot) {
  if (!(index >= 0 && index < size) || !wellFormed(leaf, treeRoot, ...path)) return false;
  let [place, last, total] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (odd(place) || place === last) {
      total = nodeHash(sibling, total);
      while (!odd(place) && place) [place, last] = [half(place), half(last)];
    } else total = nodeHash(total, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(total, treeRoot);
}

/** RFC 9162 2.1.4.2: is the tree of `size` leaves an extension of the tree of `old`? */
export function verifyConsistency(old, size, path, oldRoot, newRoot) {
  if (!(old >= 0 && old <= size) || !wellFormed(oldRoot, newRoot, ...path)) return false;
  if (old === 0) return !path.length && equal(oldRoot, EMPTY_ROOT) && (size > 0 || equal(newRoot, EMPTY_ROOT));
  if (old === size) return !path.length && equal(oldRoot, newRoot);
  const isPower = Number.isInteger(Math.log2(old));
  const rest = isPower ? [oldRoot, ...path] : [...path];
  let [place, last] = [old - 1, size - 1];
  while (odd(place)) [place, last] = [half(place), half(last)];
  const first = rest.shift();
  if (first === undefined) return false;
  let [oldTotal, newTotal] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (odd(place) || place === last) {
      [oldTotal, newTotal] = [nodeHash(sibling, oldTotal), nodeHash(sibling, newTotal)];
      while (!odd(place) && place) [place, last] = [half(place), half(last)];
    } else newTotal = nodeHash(newTotal, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(oldTotal, oldRoot) && equal(newTotal, newRoot);
}
