/* Compact JWS (RFC 7515) with one algorithm, Ed25519, as strict as seal/keys/jws.py: one signed object, one spelling. */

import { BadInput } from "./bad_input.js";
import { fromAscii, fromBase64url, utf8 } from "./bytes.js";
import * as ed25519 from "./ed25519.js";
import { isObject, strictJson } from "./json.js";

export const VC = "vc+jwt";
export const KEYS = "seal-keys+jwt";
export const BUNDLE = "seal-bundle+jwt";
export const REGISTER = "seal-register+jwt";
const MAX_BYTES = 16_000_000;
const HEADER_MAX = 4_000;
const NAMES = ["alg", "kid", "typ", "cty"];

/** Read a compact JWS of type `typ`; checks no signature. Raises `BadInput("jws.…")` as the Python one does. */
export function parse(data, typ, maxBytes = MAX_BYTES) {
  if (data.length > maxBytes) throw new BadInput("jws.too_long", { bytes: data.length, max: maxBytes });
  const text = typeof data === "string" ? data : fromAscii(data);
  if (text === null) throw new BadInput("jws.shape");
  const parts = text.split(".");
  if (parts.length !== 3 || parts[0].length > HEADER_MAX) throw new BadInput("jws.shape");
  const header = strictJson(fromBase64url(parts[0]));
  if (!isObject(header) || !Object.values(header).every((value) => typeof value === "string")) {
    throw new BadInput("jws.header");
  }
  const names = Object.keys(header);
  if (!["alg", "kid", "typ"].every((name) => name in header) || !names.every((name) => NAMES.includes(name))) {
    throw new BadInput("jws.header");
  }
  if (header.alg !== "EdDSA" && header.alg !== "Ed25519") throw new BadInput("jws.algorithm", { alg: header.alg });
  if (header.typ !== typ || ("cty" in header && (typ !== VC || header.cty !== "vc"))) {
    throw new BadInput("jws.type", { typ: header.typ, expected: typ });
  }
  const signature = fromBase64url(parts[2]);
  if (signature.length !== ed25519.SIGNATURE_BYTES) throw new BadInput("jws.shape");
  const mark = header.kid.lastIndexOf("#");
  return {
    kid: header.kid,
    /** The key id: the fragment of `kid`. */
    key: header.kid.slice(mark + 1),
    did: mark < 0 ? "" : header.kid.slice(0, mark),
    payload: fromBase64url(parts[1]),
    signature,
    signingInput: utf8(`${parts[0]}.${parts[1]}`),
  };
}

/** True if the raw public key signed this token and is the key that `kid` names. */
export async function verify(token, raw) {
  return token.key === ed25519.keyId(raw) && (await ed25519.verify(raw, token.signature, token.signingInput));
}
