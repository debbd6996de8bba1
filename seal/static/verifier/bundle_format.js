/* What stands in a bundle, member by member (FORMATS A8): seal/verification/bundle_format.py lists them.

   Reading is strict because it is checked by writing: what was read is written again and must be the same bytes. */

import { BadInput } from "./bad_input.js";
import { equal } from "./bytes.js";
import * as clock from "./clock.js";
import { canonical, hasExactly, isObject, strictJson } from "./json.js";

const FORMAT = "seal-bundle/1";
const MEMBERS = [
  ...["seal", "did", "base", "name", "zone", "as_of", "epoch", "statements", "ended", "protocols"],
  ...["producers", "products", "certifications", "batches", "checkpoint"],
];
/** Members that are there only where an association has any. */
const SOMETIMES = ["rolls", "boxes"];
const BOX_STATES = ["open", "closed", "unpacked"];
const BATCH_STATES = ["pending", "sealed", "on_hold", "recalled", "revoked"];
const CERTIFICATION_STATES = ["pending", "active", "suspended", "withdrawn"];

/** Read a bundle's payload. Raises `BadInput("jws.json" | "bundle.members" | "bundle.field")`. */
export function parse(data) {
  const document = strictJson(data);
  const members = isObject(document) ? [...MEMBERS, ...SOMETIMES.filter((name) => Object.hasOwn(document, name))] : MEMBERS;
  if (!hasExactly(document, members) || document.seal !== FORMAT) throw new BadInput("bundle.members");
  try {
    const contents = read(document);
    if (equal(canonical(written(contents)), data)) return contents;
  } catch {
    // Said below: one content, one spelling.
  }
  throw new BadInput("bundle.field");
}

function text(value) {
  if (typeof value !== "string") throw new RangeError("text expected");
  return value;
}

function number(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("a count expected");
  return value;
}

function maybe(reader, value) {
  return value === null ? null : reader(value);
}

function day(value) {
  if (number(value) > clock.LAST_DAY) throw new RangeError("beyond the calendar");
  return value;
}

function words(value) {
  if (!isObject(value)) throw new RangeError("words expected");
  return Object.fromEntries(Object.entries(value).map(([lang, word]) => [lang, text(word)]));
}

function one(values, value) {
  if (!values.includes(value)) throw new RangeError("one of a few words expected");
  return value;
}

/** The elements of a list of exactly so many. */
function row(value, size) {
  if (!Array.isArray(value) || value.length !== size) throw new RangeError(`a list of ${size} expected`);
  return value;
}

function list(value) {
  if (!Array.isArray(value)) throw new RangeError("a list expected");
  return value;
}

function place(values, value) {
  const found = values[number(value)];
  if (found === undefined) throw new RangeError("no such place");
  return found;
}

function ascii(value) {
  if (!/^[\x00-\x7f]*$/.test(text(value))) throw new RangeError("ASCII expected");
  return value;
}

function read(document) {
  const protocols = list(document.protocols).map((found) => {
    const [id, version, digest, titles] = row(found, 4);
    return { id: text(id), version: text(version), digest: text(digest), titles: words(titles) };
  });
  const producers = list(document.producers).map((found) => {
    const [code, tradeName, commune] = row(found, 3).map(text);
    return { code, tradeName, commune };
  });
  const products = list(document.products).map((found) => {
    const [names, net] = row(found, 2);
    return { names: words(names), netContent: text(net) };
  });
  const certifications = list(document.certifications).map((found) => certification(found, producers, protocols, products));
  const batches = list(document.batches).map((found) => batch(found, certifications, products));
  return {
    did: text(document.did),
    base: text(document.base),
    name: text(document.name),
    zone: text(document.zone),
    asOf: clock.parseRfc3339(document.as_of),
    epoch: number(document.epoch),
    statements: list(document.statements).map(ascii),
    certifications,
    batches,
    checkpoint: maybe(text, document.checkpoint),
    ended: list(document.ended).map((found) => {
      const [kid, at, size] = row(found, 3);
      return { kid: text(kid), at: clock.parseRfc3339(at), treeSize: number(size) };
    }),
    rolls: list(document.rolls ?? []).map((found) => roll(found, batches)),
    boxes: list(document.boxes ?? []).map((found) => box(found, batches)),
  };
}

function pairs(value) {
  return list(value).map((pair) => row(pair, 2).map(number));
}

function roll(found, batches) {
  const [id, issued, size, gone, lost, bound, leaf] = row(found, 7);
  return {
    facts: {
      publicId: number(id),
      issuedOn: day(issued),
      size: number(size),
      void: pairs(gone),
      lost: pairs(lost),
      bound: list(bound).map((one_) => {
        const [first, last, lot, unit] = row(one_, 4);
        return { first: number(first), last: number(last), batch: place(batches, lot).facts.publicId, unit: number(unit) };
      }),
      logged: leaf !== null,
    },
    leaf: maybe(number, leaf),
  };
}

function box(found, batches) {
  const [id, issued, state, inside, leaf] = row(found, 5);
  return {
    publicId: number(id),
    issuedOn: day(issued),
    state: one(BOX_STATES, state),
    inside: list(inside).map((part) => {
      const [lot, units] = row(part, 2);
      return { batch: place(batches, lot).facts.publicId, units: pairs(units) };
    }),
    leaf: maybe(number, leaf),
  };
}

function certification(found, producers, protocols, products) {
  const [id, producer, protocol, made, mode, granted, first, last, index, state, since, reason, windows, leaf] = row(found, 14);
  return {
    facts: {
      publicId: number(id),
      state: one(CERTIFICATION_STATES, state),
      statusIndex: number(index),
      grantedOn: day(granted),
      validFrom: day(first),
      validUntil: day(last),
      since: maybe(day, since),
      reasonClass: text(reason),
      windows: list(windows).map((window) => {
        const [from, to, why] = row(window, 3);
        return { first: maybe(day, from), last: maybe(day, to), reasonClass: text(why) };
      }),
      logged: leaf !== null,
      bound: true,
    },
    producer: place(producers, producer),
    protocol: place(protocols, protocol),
    products: list(made).map((one_) => place(products, one_)),
    mode: text(mode),
    leaf: maybe(number, leaf),
  };
}

function batch(found, certifications, products) {
  const [id, under, product, lot, sealed, days, index, state, since, reason, high, gone, lost, closed, leaf] = row(found, 15);
  const facts = {
    publicId: number(id),
    state: one(BATCH_STATES, state),
    statusIndex: number(index),
    sealedOn: day(sealed),
    useByDays: number(days),
    highestReserved: number(high),
    void: pairs(gone),
    lost: pairs(lost),
    closed: number(closed) > 0,
    since: maybe(day, since),
    reasonClass: text(reason),
    logged: leaf !== null,
    bound: true,
  };
  return {
    facts,
    certification: place(certifications, under).facts.publicId,
    product: place(products, product),
    lot: text(lot),
    leaf: maybe(number, leaf),
  };
}

export function isClosed(facts) {
  return facts.closed || facts.state === "recalled" || facts.state === "revoked";
}

/** The document again, with lists and places as the maker orders them. */
function written(contents) {
  const byId = (a, b) => a.facts.publicId - b.facts.publicId;
  const certifications = [...contents.certifications].sort(byId);
  const batches = [...contents.batches].sort(byId);
  const protocols = places(certifications.map((found) => [found.protocol.id, found.protocol.version, found.protocol.digest]));
  const titles = new Map(certifications.map((found) => [protocolKey(found.protocol), found.protocol.titles]));
  const producers = places(certifications.map((found) => producerRow(found.producer)));
  const made = [...certifications.flatMap((found) => found.products), ...batches.map((found) => found.product)];
  const products = places(made.map(productRow));
  const under = new Map(certifications.map((found, index) => [found.facts.publicId, index]));
  const lots = new Map(batches.map((found, index) => [found.facts.publicId, index]));
  return {
    seal: FORMAT,
    did: contents.did,
    base: contents.base,
    name: contents.name,
    zone: contents.zone,
    as_of: clock.rfc3339(contents.asOf),
    epoch: contents.epoch,
    statements: contents.statements,
    ended: contents.ended.map((end) => [end.kid, clock.rfc3339(end.at), end.treeSize]),
    protocols: protocols.values.map((key) => [...key, titles.get(JSON.stringify(key))]),
    producers: producers.values,
    products: products.values.map(([names, net]) => [Object.fromEntries(names), net]),
    certifications: certifications.map((found) => {
      const facts = found.facts;
      return [
        facts.publicId,
        producers.of(producerRow(found.producer)),
        protocols.of([found.protocol.id, found.protocol.version, found.protocol.digest]),
        found.products.map((product) => products.of(productRow(product))),
        found.mode,
        facts.grantedOn,
        facts.validFrom,
        facts.validUntil,
        facts.statusIndex,
        facts.state,
        facts.since,
        facts.reasonClass,
        facts.windows.map((window) => [window.first, window.last, window.reasonClass]),
        found.leaf,
      ];
    }),
    batches: batches.map((found) => {
      const facts = found.facts;
      return [
        facts.publicId,
        under.get(found.certification),
        products.of(productRow(found.product)),
        found.lot,
        facts.sealedOn,
        facts.useByDays,
        facts.statusIndex,
        facts.state,
        facts.since,
        facts.reasonClass,
        facts.highestReserved,
        facts.void,
        facts.lost,
        Number(isClosed(facts)),
        found.leaf,
      ];
    }),
    checkpoint: contents.checkpoint,
    ...(contents.rolls.length ? { rolls: [...contents.rolls].sort(byId).map((found) => rollRow(found, lots)) } : {}),
    ...(contents.boxes.length ? { boxes: [...contents.boxes].sort(byOwnId).map((found) => boxRow(found, lots)) } : {}),
  };
}

const byOwnId = (a, b) => a.publicId - b.publicId;

function rollRow({ facts, leaf }, lots) {
  const bound = facts.bound.map((one_) => [one_.first, one_.last, lots.get(one_.batch), one_.unit]);
  return [facts.publicId, facts.issuedOn, facts.size, facts.void, facts.lost, bound, leaf];
}

function boxRow(found, lots) {
  const inside = found.inside.map((part) => [lots.get(part.batch), part.units]);
  return [found.publicId, found.issuedOn, found.state, inside, found.leaf];
}

const protocolKey = (protocol) => JSON.stringify([protocol.id, protocol.version, protocol.digest]);
const producerRow = (producer) => [producer.code, producer.tradeName, producer.commune];
const productRow = (product) => [
  Object.entries(product.names).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  product.netContent,
];

function places(keys) {
  const found = new Map();
  for (const key of keys) {
    const name = JSON.stringify(key);
    if (!found.has(name)) found.set(name, { key, place: found.size });
  }
  return {
    values: [...found.values()].map(({ key }) => key),
    of: (key) => found.get(JSON.stringify(key)).place,
  };
}
