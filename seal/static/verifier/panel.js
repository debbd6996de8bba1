/* Which panel a verdict wears, and its words: seal/verification/panel.py and sections.py, for pages that judge by
   themselves. Words, looks and icons come with the page; everything said is text, never markup. */

import * as clock from "./clock.js";
import { printed } from "./code.js";
import { boundAt, partsOf, useBy } from "./judge.js";
import { hostOf } from "./reading.js";

const BY_CODE = {
  newer_than_list: "newer", revoked: "withdrawn", unit_void: "label_void", unit_lost: "label_lost",
  unit_out_of_range: "label_out_of_range", withdrawn: "plaque_withdrawn", suspended: "plaque_suspended", ended: "plaque_ended",
};
const SAID_BESIDE = ["seen_often", "certification_withdrawn", "certification_suspended", "certification_ended", "past_use_by", "ending_soon"];
const TONES = {
  authentic: { signed: "y", recorded: "y" }, made: { in_force: "y", granted: "y", not_sealed: "n" },
  batch: { sealed: "y", on_hold: "l", not_sealed: "l" }, maker: { active: "y", suspended: "l", ended: "l", withdrawn: "n" },
};
const TONE_ICONS = { y: "ok", l: "clock", n: "slash", q: "ask" };
const NOBODY = ["unknown", "mistyped", "cannot_check", "forged", "newer_than_list", "not_sealed"];

/** Words, days and moments of one language, from what the page carries. */
export function translator(given, lang) {
  const { words, months } = given.languages[lang];
  const day = (number) => {
    const [year, month, date] = clock.isoDay(number).split("-").map(Number);
    return `${date} ${months[month - 1]} ${year}`;
  };
  const t = (key, params = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
  const moment = (at, zone) => {
    const [local, time] = clock.localTime(at, zone);
    return `${day(local)}, ${time}`;
  };
  return Object.assign(t, { lang, day, moment, has: (key) => key in words });
}

/** The state of the page: a key of `looks`. */
export function stateOf(verdict) {
  if (verdict.code === "authentic") return "offline";
  if (verdict.code === "in_force") return "plaque_offline";
  return BY_CODE[verdict.code] ?? verdict.code;
}

const lineOf = (verdict, name) => verdict.lines.find((line) => line.name === name);

/** {state, title, says, also, when}: what the panel says of a verdict on a carried list. */
export function panel(verdict, evidence, contents, at, t) {
  const state = stateOf(verdict);
  const words = wordsOf(verdict, evidence, contents, at, t);
  let title = `verification.${state}.title`;
  if (state === "recalled") title += ".do_not_eat";
  let more = ["recalled", "withdrawn"].includes(state) && !words.since ? "_undated" : "";
  if (state === "offline" && lineOf(verdict, "authentic").code === "recorded") more = "_recorded"; // no signature was checked
  if (state === "not_sealed" && (evidence.roll || evidence.box)) more = evidence.roll ? "_roll" : "_box";
  const also = verdict.code === "authentic" ? SAID_BESIDE.filter((note) => verdict.notes.includes(note)) : [];
  if (verdict.stale) also.push("stale");
  if (partsOf(evidence).length) also.push(["authentic", "recalled"].includes(verdict.code) ? `box_${verdict.code}` : "box");
  const reason = lineOf(verdict, "batch").params.reason_class;
  if (["withdrawn", "affected"].includes(state) && reason) also.push(reason === "food_safety" ? "health" : "no_health");
  return {
    state,
    title: t(title, words),
    says: t(`verification.${state}.says${more}`, words).trim(),
    also: also.map((key) => t(`verification.also.${key}`, words)),
    when: t("verification.when.list", { moment: t.moment(verdict.asOf, contents.zone) }),
  };
}

function wordsOf(verdict, evidence, contents, at, t) {
  const { batch, certification: one } = evidence;
  const { since, reason_class: reason } = lineOf(verdict, batch && verdict.code !== "authentic" ? "batch" : "maker").params;
  const copy = clock.localDay(verdict.asOf, contents.zone);
  const days = clock.localDay(at, contents.zone) - copy;
  return {
    association: contents.name,
    since: since ? t.day(clock.parseDay(since)) : "",
    reason: t(`verification.reason.${reason || "none"}`),
    until: one ? t.day(one.validUntil) : "",
    sealed: batch ? t.day(batch.sealedOn) : "",
    use_by: batch && useBy(batch) !== null ? t.day(useBy(batch)) : "",
    copy: t.day(copy),
    age: days <= 0 ? t("verification.age.today") : days === 1 ? t("verification.age.one") : t("verification.age.many", { days }),
  };
}

/** What to compare with the thing in the hand: [name, value, written as a code]. */
export function facts(verdict, evidence, t) {
  const record = NOBODY.includes(verdict.code) ? null : evidence.record;
  if (!record) return [];
  const { batch, certification: one } = record;
  const name = (product) => product.names[t.lang] ?? Object.values(product.names)[0] ?? "";
  const rows = batch
    ? [
        ["product", name(batch.product)],
        ["maker", one?.producer.tradeName],
        ["content", batch.product.netContent],
        ["lot", batch.lot, true],
        ["unit", unitOf(evidence)],
        ["use_by", useBy(batch.facts) === null ? "" : t.day(useBy(batch.facts))],
      ]
    : [
        ["maker", one.producer.tradeName],
        ["products", one.products.map(name).join(", ")],
        ["until", t.day(one.facts.validUntil)],
      ];
  rows.push(["code", printed(evidence.asked.publicId, evidence.asked.unit), true]);
  return rows.filter(([, value]) => value).map(([key, value, code]) => [t(`verification.fact.${key}`), value, Boolean(code)]);
}

/** The unit's number, as its batch counts it: a seal of a roll is the unit that it stands on. */
function unitOf({ asked, roll }) {
  const bound = roll ? boundAt(roll, asked.unit) : null;
  const unit = bound ? bound.unit + asked.unit - bound.first : asked.unit;
  return unit === null ? "" : String(unit);
}

/** What stands in a box, lot by lot: {tone, icon, question, says}. */
function insideOf(evidence, t) {
  return partsOf(evidence).map(([part, code]) => {
    const tone = code === "authentic" ? "y" : code === "on_hold" ? "l" : "n";
    const { product, lot } = part.record;
    const count = part.units.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const says = t("verification.inside.line", { count, lot, verdict: t(`verification.inside.${code}`) });
    return { tone, icon: TONE_ICONS[tone], question: product.names[t.lang] ?? Object.values(product.names)[0] ?? "", says };
  });
}

/** The separate answers: {tone, icon, question, says}; what is not known or not asked is left out. */
export function answers(verdict, contents, t) {
  return verdict.lines
    .filter((line) => !["not_known", "none"].includes(line.code))
    .map((line) => {
      const tone = line.name === "as_of" ? "q" : (TONES[line.name][line.code] ?? (line.name === "batch" ? "n" : "q"));
      const icon = line.name === "as_of" ? "cloud" : TONE_ICONS[tone];
      const question = t(`verification.ask.${line.code === "granted" ? "granted" : line.name}`);
      return { tone, icon, question, says: said(line, verdict, contents, t) };
    });
}

function said(line, verdict, contents, t) {
  const words = { association: contents.name };
  for (const name of ["on", "until", "since"]) if (line.params[name]) words[name] = t.day(clock.parseDay(line.params[name]));
  if (line.params.at) words.moment = t.moment(clock.parseRfc3339(line.params.at), contents.zone);
  let key = `verification.answer.${line.name}.${line.code}`;
  if (line.name === "batch" && line.code === "sealed") key += "_list";
  const text = t(words.since && t.has(`${key}_since`) ? `${key}_since` : key, words);
  const { reason_class: reason } = line.params;
  const shown = ["batch", "maker"].includes(line.name) && !["sealed", "active"].includes(line.code) && reason;
  return shown ? `${text} ${t("verification.answer.reason", { reason: t(`verification.reason.${reason}`) })}` : text;
}

/** An element with a class, text and children. */
export function make(tag, { text = "", css = "", children = [] } = {}) {
  const found = document.createElement(tag);
  if (css) found.className = css;
  if (text) found.textContent = text;
  found.append(...children);
  return found;
}

/** One of the page's own icons. */
export function icon(given, name, size = 24) {
  const holder = document.createElement("template");
  holder.innerHTML = given.icons[name] ?? "";
  const drawn = holder.content.firstElementChild ?? document.createTextNode("");
  drawn.setAttribute?.("width", size);
  drawn.setAttribute?.("height", size);
  return drawn;
}

/** What is said of a typed address that names another host: only the code in it was judged. */
function elsewhere(typed, contents, t) {
  const [host, home] = [hostOf(typed), hostOf(contents.base)];
  return host === null || host === home ? [] : [t("verification.also.other_host", { host, home })];
}

/** Show a verdict: the panel into `top`, what to compare and the answers into `below`. `typed`: what a person wrote. */
export function show(given, { verdict, evidence, contents, at, t, top, below, typed = "" }) {
  const shown = panel(verdict, evidence, contents, at, t);
  const [tone, drawn] = given.looks[shown.state];
  top.className = `v ${tone}`;
  top.dataset.code = verdict.code;
  top.dataset.notes = verdict.notes.join(" ");
  const sentences = [shown.says, ...shown.also, ...elsewhere(typed, contents, t)].map((text) => make("p", { text, css: "s" }));
  const when = make("p", { css: "t", children: [icon(given, "off", 18), make("span", { text: shown.when })] });
  const inside = make("div", { css: "w", children: [icon(given, drawn, 56), make("h1", { text: shown.title }), ...sentences, when] });
  top.replaceChildren(make("div", { children: [inside] }));
  top.hidden = false;
  const rows = facts(verdict, evidence, t).map(([name, value, code]) =>
    make("div", { children: [make("dt", { text: name }), make("dd", { text: value, css: code ? "cd" : "" })] }),
  );
  const lines = answers(verdict, contents, t).map((one) => listLine(given, one.tone, one.icon, one.question, one.says));
  const lots = insideOf(evidence, t).map((one) => listLine(given, one.tone, one.icon, one.question, one.says));
  below.replaceChildren(
    ...(lots.length ? [make("h2", { text: t("verification.inside.title") }), make("ul", { css: "ln", children: lots })] : []),
    ...(rows.length ? [make("h2", { text: t("verification.match.title") }), make("dl", { css: "kv", children: rows })] : []),
    make("h2", { text: t("verification.answers.some") }),
    make("ul", { css: "ln", children: lines }),
  );
  below.hidden = false;
}

/** A line with a mark, a question in bold and what is said. */
export function listLine(given, tone, drawn, question, says) {
  const line = make("li", { css: tone });
  line.append(icon(given, drawn), make("p", { children: [make("b", { text: question }), document.createTextNode(says)] }));
  return line;
}
