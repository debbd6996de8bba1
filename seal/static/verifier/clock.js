/* Moments are whole seconds since 1970 in UTC, days are counted from 2020-01-01, as in QR tokens (seal/clock.py).

   The browser knows the zones of the world, an old one perhaps not the youngest of Chile: that one is written here. */

import { BadInput } from "./bad_input.js";

const DAY = 86_400;
const DAY_ZERO = Date.UTC(2020, 0, 1) / 1000 / DAY;
/** The last day of the calendar, 9999-12-31. */
export const LAST_DAY = Date.UTC(9999, 11, 31) / 1000 / DAY - DAY_ZERO;
/** What would lie beyond the calendar is here. */
export const LAST = (LAST_DAY + DAY_ZERO + 1) * DAY;
const formats = new Map();
const COYHAIQUE = { zone: "America/Coyhaique", since: Date.UTC(2025, 2, 20, 3) / 1000, before: "America/Santiago", offset: -3 * 3600 };

/** `2026-11-21T12:00:00Z`: whole seconds, UTC. */
export function rfc3339(at) {
  return new Date(at * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Strict inverse of `rfc3339`; `RangeError` for any other spelling. */
export function parseRfc3339(text) {
  if (typeof text !== "string" || !/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) throw new RangeError("no time");
  const at = Date.parse(text) / 1000;
  if (Number.isNaN(at) || rfc3339(at) !== text) throw new RangeError("no such time");
  return at;
}

/** `2026-11-21` of a day number, and back. */
export function isoDay(day) {
  return new Date((day + DAY_ZERO) * DAY * 1000).toISOString().slice(0, 10);
}

export function parseDay(text) {
  return Date.parse(`${text}T00:00:00Z`) / 1000 / DAY - DAY_ZERO;
}

/** Raises `BadInput("bundle.zone")` where days cannot be told: a zone that this browser does not know, or the last year. */
export function checkZone(zone, at) {
  if (at >= LAST - 365 * DAY) throw new BadInput("bundle.zone", { zone });
  if (zone !== "UTC" && !/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(zone)) throw new BadInput("bundle.zone", { zone });
  try {
    offset(zone, 0);
  } catch {
    throw new BadInput("bundle.zone", { zone });
  }
}

function format(zone) {
  if (!formats.has(zone)) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    formats.set(zone, new Intl.DateTimeFormat("en-US", { ...parts, timeZone: zone, hourCycle: "h23", era: "short" }));
  }
  return formats.get(zone);
}

/** Seconds east of UTC at a moment. `RangeError` for an unknown zone. */
function offset(zone, at) {
  if (zone === "UTC") return 0;
  let parts;
  try {
    parts = format(zone).formatToParts(new Date(at * 1000));
  } catch (error) {
    if (zone !== COYHAIQUE.zone) throw error;
    return at >= COYHAIQUE.since ? COYHAIQUE.offset : offset(COYHAIQUE.before, at);
  }
  const found = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const year = found.era === "BC" ? 1 - Number(found.year) : Number(found.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(found.month) - 1, Number(found.day));
  local.setUTCHours(Number(found.hour), Number(found.minute), Number(found.second));
  return local.getTime() / 1000 - at;
}

/** Local date and time as text pieces for people: `[day number, "14:05"]`. */
export function localTime(at, zone) {
  const local = at + offset(zone, at);
  return [Math.floor(local / DAY) - DAY_ZERO, new Date(local * 1000).toISOString().slice(11, 16)];
}

/** The calendar day of a moment in an IANA zone. */
export function localDay(at, zone) {
  return Math.floor((at + offset(zone, at)) / DAY) - DAY_ZERO;
}

/** The first moment after a local day. A midnight that the clocks skip or repeat is read as Python reads it: with the
    offset from before the change. */
export function endOfDay(day, zone) {
  if (day >= LAST_DAY) return LAST;
  const wall = (day + DAY_ZERO + 1) * DAY;
  const early = wall - DAY;
  const before = offset(zone, early);
  const after = offset(zone, wall + DAY);
  if (before === after) return wall - before;
  let low = early;
  let high = wall + DAY;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(zone, middle) === before) low = middle;
    else high = middle;
  }
  return wall - (wall < high + Math.max(before, after) ? before : after);
}
