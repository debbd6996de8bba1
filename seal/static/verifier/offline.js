/* The page that checks without a network: it keeps the association's signed list on this device, with the key that it
   saw first, and judges with it. An older list, or one of another history, is refused and the kept one serves. */

import { BadInput } from "./bad_input.js";
import { base64, fromBase64, utf8 } from "./bytes.js";
import * as bundles from "./bundle.js";
import { judge } from "./judge.js";
import { show, translator } from "./panel.js";
import { canRead, readPhoto } from "./photo.js";

const given = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const t = translator(given, document.documentElement.lang);
const PLACE = `seal ${given.did}`;
let bundle = null;

/** What this device kept: {bundle, fingerprint, last}, or `null`. */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE));
    if (found?.last?.checkpoint) found.last.checkpoint.root = fromBase64(found.last.checkpoint.root, "public.kept");
    return found;
  } catch {
    return null;
  }
}

function keep(text, fingerprint) {
  const last = bundles.lastSeen(bundle);
  if (last.checkpoint) last.checkpoint = { size: Number(last.checkpoint.size), root: base64(last.checkpoint.root) };
  try {
    localStorage.setItem(PLACE, JSON.stringify({ bundle: text, fingerprint, last }));
  } catch {
    // No room or not allowed: it serves until the page is closed.
  }
}

async function start() {
  const before = kept();
  if (before) bundle = await bundles.read(utf8(before.bundle), before.fingerprint).catch(() => null);
  tell(before);
  try {
    const answer = await fetch(given.bundle, { cache: "no-cache" });
    const text = answer.ok ? await answer.text() : null;
    if (text !== null) await accept(text, before);
  } catch (error) {
    if (error instanceof BadInput) at("refused").textContent = t("public.offline.refused", { code: error.code });
  }
  tell(before);
  at("state").dataset.ready = bundle ? "yes" : "no";
}

async function accept(text, before) {
  const found = await bundles.read(utf8(text), before?.fingerprint ?? null, before?.last ?? null);
  if (found.contents.did !== given.did) throw new BadInput("bundle.identity");
  bundle = found;
  keep(text, before?.fingerprint ?? found.fingerprint);
}

function tell(before) {
  if (!bundle) {
    at("state").textContent = t("public.offline.none");
    return;
  }
  const { contents } = bundle;
  at("state").textContent = t("public.offline.kept", { moment: t.moment(contents.asOf, contents.zone), epoch: contents.epoch });
  at("trust").textContent = t(before ? "public.offline.same" : "public.offline.new");
  at("fingerprint").textContent = (before?.fingerprint ?? bundle.fingerprint).match(/.{8}/g).join(" ");
}

async function ask(text) {
  if (!bundle || !text) return;
  const now = Math.floor(Date.now() / 1000);
  const evidence = await bundles.evidence(bundle, text);
  const verdict = judge(evidence, now);
  show(given, { verdict, evidence, contents: bundle.contents, at: now, t, top: at("panel"), below: at("record"), typed: text });
  scrollTo(0, 0);
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(at("code").value.trim());
});

let camera = null;

async function look() {
  if (camera) return stop();
  camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  at("film").srcObject = camera;
  at("film").hidden = false;
  at("look").textContent = t("public.offline.stop");
  await at("film").play();
  while (camera) {
    const text = await readPhoto(at("film"));
    if (text) {
      stop();
      await ask(text);
    } else await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function stop() {
  camera?.getTracks().forEach((track) => track.stop());
  camera = null;
  at("film").hidden = true;
  at("look").textContent = t("public.offline.camera");
}

if (canRead() && navigator.mediaDevices) {
  at("look").hidden = false;
  at("look").addEventListener("click", () => look().catch(stop));
}
if ("serviceWorker" in navigator) navigator.serviceWorker.register(given.worker, { scope: given.scope }).catch(() => {});
start();
