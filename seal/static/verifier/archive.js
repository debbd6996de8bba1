/* The page of an archive: opened from disk or from any host, it checks everything that it carries and judges labels.
   Nothing is fetched. Where a host answers old addresses with it, the address itself is judged. */

import { BadInput } from "./bad_input.js";
import * as beside from "./beside_log.js";
import * as bundles from "./bundle.js";
import { utf8 } from "./bytes.js";
import { plain, printed } from "./code.js";
import { judge } from "./judge.js";
import { listLine, make, show, translator } from "./panel.js";
import { readPhoto } from "./photo.js";
import { check } from "./whole_log.js";

const given = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
let lang = (navigator.language ?? "es").startsWith("en") ? "en" : "es";
let bundle = null;
let log = null;
let problem = null;
let asked = "";

async function start() {
  try {
    bundle = await bundles.read(utf8(given.bundle));
    log = await check(given, bundle);
    log.faults.push(...(await beside.check(given, bundle)));
  } catch (error) {
    problem = error instanceof BadInput ? error.code : "public.unreadable";
  }
  asked = fromAddress();
  await draw();
}

/** The label's part of an old address that a host answers with this page; nothing for a file. */
function fromAddress() {
  if (location.hash.length > 1) return decodeURIComponent(location.hash.slice(1));
  if (location.protocol === "file:") return "";
  const path = location.pathname.replace(/\/+$/, "");
  const last = path.slice(path.lastIndexOf("/") + 1);
  return /^(index\.html|archive|)$/.test(last) ? "" : location.href;
}

async function draw() {
  const t = translator(given, lang);
  document.documentElement.lang = lang;
  for (const one of ["es", "en"]) {
    if (one === lang) at(one).setAttribute("aria-current", "true");
    else at(one).removeAttribute("aria-current");
  }
  const say = (id, key, words) => (at(id).textContent = t(key, words));
  say("kind", given.handover ? "public.page.handed" : "public.page.kind", given.handover ?? {});
  if (given.demonstration) say("demo", "verification.demonstration.line");
  at("demo").hidden = !given.demonstration;
  say("ask", "public.page.ask");
  say("label", "public.page.label");
  say("send", "verification.again.send");
  say("photo-label", "public.page.photo");
  say("checks-title", "public.page.checks");
  say("list-title", "public.page.list");
  say("limits", "public.page.limits");
  say("foot", "public.page.foot");
  drawChecks(t);
  if (!bundle) return;
  const { contents } = bundle;
  at("name").textContent = contents.name;
  document.title = `${contents.name} · ${t("public.page.kind")}`;
  say("compare", "public.page.compare");
  at("fingerprint").textContent = bundle.fingerprint.match(/.{8}/g).join(" ");
  drawList(contents, t);
  if (asked) await answer(t);
}

function drawChecks(t) {
  const lines = [];
  const add = (good, key, words) => lines.push(listLine(given, good ? "y" : "n", good ? "ok" : "slash", t(key, words), ""));
  if (problem) add(false, "public.page.broken", { code: problem });
  else {
    add(true, "public.page.chain", { count: bundle.keys.statements.length });
    add(!log.faults.length, log.faults.length ? "public.page.faults" : "public.page.log", { size: log.size, count: log.objects });
    if (!log.faults.length) add(true, "public.page.beside", { lists: given.lists.length, count: given.protocols.length });
    for (const [path, code] of log.faults) lines.push(make("li", { css: "n", text: `${path}: ${t(code)}` }));
  }
  at("checks").replaceChildren(...lines);
  at("checks").dataset.faults = problem ?? String(log.faults.length);
}

function drawList(contents, t) {
  const lines = contents.certifications.flatMap((one) => {
    const own = contents.batches.filter((batch) => batch.certification === one.facts.publicId);
    return [entry(one.producer.tradeName, one.facts.publicId), ...own.map((batch) => entry(`${t("verification.fact.lot")} ${batch.lot}`, batch.facts.publicId))];
  });
  at("list").replaceChildren(...lines);

  function entry(name, publicId) {
    const link = make("a", { text: printed(publicId), css: "cd" });
    link.href = `#${plain(publicId)}`;
    return make("li", { children: [make("span"), make("p", { children: [make("b", { text: name }), link] })] });
  }
}

/** Judge what was asked. An archive with any fault judges nothing. */
async function answer(t) {
  const moment = Math.floor(Date.now() / 1000);
  const evidence = await bundles.evidence(bundle, asked, "archive");
  if (log.faults.length) evidence.readable = false;
  const verdict = judge(evidence, moment);
  // The address at which a host answers with this page is no claim of anybody.
  const typed = asked === fromAddress() ? "" : asked;
  show(given, { verdict, evidence, contents: bundle.contents, at: moment, t, top: at("panel"), below: at("record"), typed });
}

async function ask(text) {
  asked = text;
  if (bundle && asked) await answer(translator(given, lang));
  scrollTo(0, 0);
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("code").value.trim();
  if (text) ask(text);
});
at("photo").addEventListener("change", async () => {
  const t = translator(given, lang);
  const text = await readPhoto(at("photo").files[0]);
  at("photo-says").textContent = text ? "" : t("public.page.no_photo");
  if (text) await ask(text);
});
addEventListener("hashchange", () => ask(fromAddress()));
for (const one of ["es", "en"]) {
  at(one).addEventListener("click", () => {
    lang = one;
    draw();
  });
}
start();
