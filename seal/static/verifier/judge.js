/* Evidence in, verdict out: the table of FORMATS A10, as seal/verification/model.py has it and explains it.

   Evidence: {source, asOf, zone, readable, holdsKey, seenOften, asked, batch, certification, roll, box}. */

import { endOfDay, isoDay, LAST, LAST_DAY, localDay, rfc3339 } from "./clock.js";
import { isClosed } from "./bundle_format.js";

const DAY = 86_400;
const FRESH = 600;
export const STALE = 7 * DAY;
const ENDING_SOON_DAYS = 30;

/** In the order in which they are tried: an earlier one is never better than a later one. */
export const CODES = [
  ...["cannot_check", "mistyped", "forged", "unknown", "newer_than_list", "recalled", "revoked", "unit_void", "unit_lost"],
  ...["unit_out_of_range", "on_hold", "not_sealed", "affected", "withdrawn", "suspended", "ended", "authentic", "in_force"],
];
const HIDDEN = new Set(CODES.slice(0, CODES.indexOf("newer_than_list") + 1));
const GOOD = ["authentic", "in_force"];
/** Gravest first. */
const NOTES = [
  ...["certification_withdrawn", "certification_suspended", "certification_ended", "past_use_by", "seen_often"],
  ...["ending_soon", "status_as_of"],
];

/** The verdict at `at` (seconds): {code, notes, asOf, source, lines, nextChange, stale}. A clock behind the evidence is
    not believed. */
export function judge(evidence, at) {
  at = Math.max(at, evidence.asOf);
  const code = codeOf(evidence, at);
  const stale = isList(evidence) && at - evidence.asOf > STALE;
  const each = eachOf(evidence);
  const said = new Set(each.flatMap((one) => notesOf(one, at, code)));
  const changes = each.map((one) => nextChange(one, at)).filter((moment) => moment !== null);
  return {
    code,
    notes: NOTES.filter((note) => said.has(note)),
    asOf: evidence.asOf,
    source: evidence.source,
    lines: linesOf(worstPart(evidence), at, code, stale),
    nextChange: changes.length ? Math.min(...changes) : null,
    stale,
  };
}

/** The evidence on each part of a box; any other evidence alone. */
function eachOf(evidence) {
  const found = partsOf(evidence);
  return found.length ? found.map(([part]) => ofPart(evidence, part)) : [evidence];
}

function ofPart(evidence, part) {
  return { ...evidence, batch: part.batch, certification: part.certification };
}

/** For a box: the evidence on its worst part; any other evidence as it is. */
export function worstPart(evidence) {
  const found = partsOf(evidence);
  if (!found.length) return evidence;
  return ofPart(evidence, found.reduce((worst, one) => (RANK(one[1]) < RANK(worst[1]) ? one : worst))[0]);
}

/** What stands in the box that was asked about: [part, its worst verdict]. */
export function partsOf(evidence) {
  const { box } = evidence;
  if (!box || !box.logged || box.state === "unpacked") return [];
  return box.parts.flatMap((part) => {
    const inside = ofPart(evidence, part);
    const codes = telling(part).map((unit) => batchCode(inside, { unit, signature: "absent" }, part.batch));
    return codes.length ? [[part, worst(codes)]] : [];
  });
}

/** Units that have between them every verdict that there is in a part: where spans begin and end. */
function telling({ batch, units }) {
  const edges = [...batch.void, ...batch.lost].flatMap(([first, last]) => [first, last + 1]);
  return units.flatMap(([first, last]) => [first, last, ...edges].filter((edge) => first <= edge && edge <= last));
}

const RANK = (code) => CODES.indexOf(code);
const worst = (codes) => codes.reduce((found, code) => (RANK(code) < RANK(found) ? code : found));

/** Where a seal of a roll stands, `null` while it stands on nothing. */
export function boundAt(roll, number) {
  return roll.bound.find((one) => number !== null && one.first <= number && number <= one.last) ?? null;
}

/** Authentic or in force, whatever the notes. */
export function isGood(verdict) {
  return GOOD.includes(verdict.code);
}

function isList(evidence) {
  return evidence.source !== "server";
}

function codeOf(evidence, at) {
  const { asked, batch, certification } = evidence;
  if (!evidence.readable || !evidence.holdsKey) return "cannot_check";
  if (asked === null) return "mistyped";
  if (asked.signature === "key_not_held" && isList(evidence)) return "cannot_check";
  if (isForged(evidence, asked, localDay(at, evidence.zone))) return "forged";
  if (evidence.roll) return rollCode(evidence, asked, evidence.roll);
  if (evidence.box && asked.unit !== null) return "unknown"; // a number behind the code of a box names nothing
  if (evidence.box) return worst([...partsOf(evidence).map(([, code]) => code), ...(partsOf(evidence).length ? [] : ["not_sealed"])]);
  if (batch === null && certification === null) return absent(evidence, asked);
  return batch ? batchCode(evidence, asked, batch) : certificationCode(evidence, asked, certification, at);
}

function isForged(evidence, asked, today) {
  if (asked.signature !== "absent" && asked.signature !== "good") return true;
  if (asked.day !== null && asked.day > today) return true;
  if (asked.kind === null) return false; // a typed code carries no field that could be unlike the record
  const { batch, certification } = evidence;
  for (const [kind, found] of [["roll", evidence.roll], ["box", evidence.box]]) {
    if (!found) continue;
    const day = asked.day !== null && asked.day !== found.issuedOn;
    return asked.kind !== kind || day || (asked.days !== null && asked.days !== 0) || asked.statusIndex !== null;
  }
  if (batch) return !["batch", "unit"].includes(asked.kind) || unlike(asked, batch.publicId, batch.sealedOn, batch.useByDays, batch.statusIndex);
  if (!certification) return false;
  const { publicId, grantedOn, validUntil, statusIndex } = certification;
  return asked.kind !== "plaque" || unlike(asked, publicId, grantedOn, validUntil - grantedOn, statusIndex);
}

function unlike(asked, publicId, day, days, statusIndex) {
  const differs = (said, recorded) => said !== null && said !== recorded;
  return (
    asked.publicId !== publicId ||
    differs(asked.day, day) ||
    differs(asked.days, days) ||
    differs(asked.statusIndex, statusIndex) ||
    (asked.kind === "unit") !== (asked.unit !== null)
  );
}

function absent(evidence, asked) {
  const signed = isList(evidence) && asked.signature === "good" && asked.day !== null;
  return signed && asked.day >= localDay(evidence.asOf, evidence.zone) ? "newer_than_list" : "unknown";
}

function batchCode(evidence, asked, batch) {
  const { unit } = asked;
  const above = unit !== null && unit > batch.highestReserved;
  if (above && isList(evidence) && !isClosed(batch) && asked.signature === "good") return "newer_than_list";
  if (batch.state === "recalled" || batch.state === "revoked") return batch.state;
  if (unit !== null) {
    if (within(unit, batch.void)) return "unit_void";
    if (within(unit, batch.lost)) return "unit_lost";
    if (above) return "unit_out_of_range";
  }
  if (batch.state === "on_hold") return "on_hold";
  const one = evidence.certification;
  if (batch.state === "pending" || !batch.logged || !batch.bound || !one) return "not_sealed";
  if (one.state === "pending" || !one.logged || !one.bound) return "not_sealed";
  if (!(one.validFrom <= batch.sealedOn && batch.sealedOn <= one.validUntil)) return "not_sealed";
  return one.windows.some((window) => holds(window, batch.sealedOn)) ? "affected" : "authentic";
}

function rollCode(evidence, asked, roll) {
  const number = asked.unit;
  if (number === null) return "not_sealed"; // the code of a whole roll vouches for nothing
  if (number > roll.size) return "unit_out_of_range";
  if (within(number, roll.void)) return "unit_void";
  if (within(number, roll.lost)) return "unit_lost";
  const bound = boundAt(roll, number);
  if (!roll.logged || !bound || !evidence.batch) return "not_sealed";
  return batchCode(evidence, { ...asked, unit: bound.unit + number - bound.first }, evidence.batch);
}

function holds(window, day) {
  return (window.first === null || window.first <= day) && (window.last === null || day <= window.last);
}

function certificationCode(evidence, asked, one, at) {
  if (asked.unit !== null) return "unknown"; // a unit number behind the code of a certification names nothing
  const today = localDay(at, evidence.zone);
  if (one.state === "pending" || !one.logged || !one.bound || today < one.validFrom) {
    const signed = isList(evidence) && asked.signature === "good";
    return signed && one.state === "pending" ? "newer_than_list" : "unknown";
  }
  if (one.state === "withdrawn" || one.state === "suspended") return one.state;
  return today > one.validUntil ? "ended" : "in_force";
}

function within(number, ranges) {
  return ranges.some(([first, last]) => first <= number && number <= last);
}

/** The product's own last day; `null` if it has none. */
export function useBy(batch) {
  return batch.useByDays ? Math.min(batch.sealedOn + batch.useByDays, LAST_DAY) : null;
}

function notesOf(evidence, at, code) {
  if (!GOOD.includes(code)) return isList(evidence) ? ["status_as_of"] : [];
  const today = localDay(at, evidence.zone);
  const { certification: one, batch } = evidence;
  const left = one.validUntil - today;
  return [
    one.state === "withdrawn" && "certification_withdrawn",
    one.state === "suspended" && "certification_suspended",
    left < 0 && "certification_ended",
    batch && useBy(batch) !== null && today > useBy(batch) && "past_use_by",
    batch && evidence.seenOften && "seen_often",
    one.state === "active" && left >= 0 && left <= ENDING_SOON_DAYS && "ending_soon",
    (isList(evidence) || at - evidence.asOf > FRESH) && "status_as_of",
  ].filter(Boolean);
}

function linesOf(evidence, at, code, stale) {
  const { batch, certification: one } = evidence;
  const hidden = HIDDEN.has(code);
  const line = (name, said, params = {}) => ({ name, code: said, params });
  const lines = [line("authentic", authentic(evidence, code))];
  if (hidden || !one) lines.push(line("made", "not_known"));
  else if (!batch) lines.push(line("made", "granted", { on: isoDay(one.grantedOn) }));
  else if (code === "not_sealed" || batch.state === "pending") lines.push(line("made", "not_sealed"));
  else lines.push(line("made", "in_force", { on: isoDay(batch.sealedOn) }));
  if (!hidden && !batch && (evidence.roll || evidence.box)) lines.push(line("batch", code));
  else if (hidden || !batch) lines.push(line("batch", hidden ? "not_known" : "none"));
  else lines.push(line("batch", batchToday(batch, code), since(batch)));
  if (hidden || !one) lines.push(line("maker", "not_known"));
  else {
    const ended = one.state === "active" && localDay(at, evidence.zone) > one.validUntil;
    lines.push(line("maker", ended ? "ended" : one.state, { until: isoDay(one.validUntil), ...since(one) }));
  }
  const age = stale ? "stale" : isList(evidence) ? "list" : at - evidence.asOf <= FRESH ? "fresh" : "old";
  lines.push(line("as_of", age, { at: rfc3339(evidence.asOf), source: evidence.source }));
  return lines;
}

function authentic(evidence, code) {
  if (["cannot_check", "mistyped", "unknown"].includes(code)) return "not_known";
  if (code === "forged") return "no";
  if (code === "not_sealed") return "not_sealed";
  return evidence.asked.signature === "good" ? "signed" : "recorded";
}

function batchToday(batch, code) {
  const own = ["unit_void", "unit_lost", "unit_out_of_range", "affected", "not_sealed"];
  return own.includes(code) ? code : batch.state;
}

function since(facts) {
  return {
    ...(facts.since !== null ? { since: isoDay(facts.since) } : {}),
    ...(facts.reasonClass ? { reason_class: facts.reasonClass } : {}),
  };
}

/** The earliest moment at which time alone would change the verdict, `null` if never. */
function nextChange(evidence, at) {
  const { asked, batch, certification: one, zone } = evidence;
  const moments = [];
  if (asked && asked.day !== null) moments.push(endOfDay(asked.day - 1, zone));
  if (one) moments.push(endOfDay(one.validUntil - ENDING_SOON_DAYS - 1, zone), endOfDay(one.validUntil, zone));
  if (batch && useBy(batch) !== null) moments.push(endOfDay(useBy(batch), zone));
  if (isList(evidence)) moments.push(evidence.asOf + STALE + 1);
  const later = moments.filter((moment) => at < moment && moment < LAST);
  return later.length ? Math.min(...later) : null;
}
