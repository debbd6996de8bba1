// The check of a draft while it is typed: sends the form as it stands, shows what the server says, saves nothing.
// A fault that names a file and a line leads there when it is pressed.
const form = document.getElementById("draft");
const place = document.getElementById("check");
const PAUSE = 700;
let timer = 0;
let running = null;

async function check() {
  if (running) running.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: running.signal,
    });
    if (!answer.ok || answer.redirected) return unchecked(); // signed out, too much at once, the server at fault
    place.innerHTML = await answer.text(); // a piece of our own page, escaped by the server
  } catch (error) {
    if (error.name !== "AbortError") unchecked();
  }
}

// What was said of an older text must not stand beside this one.
function unchecked() {
  const told = document.createElement("p");
  told.className = "problems";
  told.textContent = form.dataset.unchecked;
  place.replaceChildren(told);
}

function goTo(sentence) {
  const found = /^[^:]*?([^/:]+\.yaml):(\d+):/.exec(sentence);
  const area = found && form.elements[`file.${found[1]}`];
  if (!area) return;
  const before = area.value.split("\n").slice(0, Number(found[2]) - 1);
  const start = before.join("\n").length + (before.length ? 1 : 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = area.scrollHeight * (before.length / Math.max(1, area.value.split("\n").length)) - 60;
}

if (form && place) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  place.addEventListener("click", (event) => {
    const line = event.target.closest("li");
    if (line) goTo(line.textContent);
  });
}
