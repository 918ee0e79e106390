// A conversation that stays up to date, and a composer that says beforehand what would not arrive.
"use strict";

const parts = document.getElementById("parts");
const news = document.getElementById("news");
const trouble = document.getElementById("trouble");
const say = document.getElementById("say");
const holding = say !== null;

function toEnd() {
  const transcript = document.getElementById("transcript");
  transcript.scrollTop = transcript.scrollHeight;
}

function lines() {
  return [...parts.querySelectorAll(".said.person")].map((line) => line.dataset.id);
}

async function refresh() {
  const answer = await fetch(parts.dataset.part, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) { location.reload(); return; }
  const html = await answer.text();
  if (html === refresh.last) return;
  refresh.last = html;
  const before = document.getElementById("transcript");
  const atEnd = before.scrollHeight - before.scrollTop - before.clientHeight < 60;
  const place = before.scrollTop;
  const known = lines();
  const focused = document.activeElement?.closest("#parts") ? document.activeElement : null;
  const named = (e) => e.id || [e.tagName, e.name, e.value].join("|");
  const key = focused && named(focused);
  parts.innerHTML = html;
  if (key) {
    [...parts.querySelectorAll("button, select, a, #transcript")].find((e) => named(e) === key)?.focus();
  }
  if (atEnd) toEnd(); else document.getElementById("transcript").scrollTop = place;
  const fresh = lines().filter((id) => !known.includes(id));
  if (fresh.length) news.textContent = "La persona escribió.";
  // it changed hands, or its window: the composer is another one now
  if (state() !== stateAtStart) location.reload();
}

function state() {
  return parts.querySelector("[data-state]").dataset.state;
}

const stateAtStart = state();
toEnd();
const source = new EventSource(parts.dataset.live);
source.addEventListener("open", refresh);
source.addEventListener("cambio", refresh);
source.addEventListener("fin", () => location.reload());

document.addEventListener("click", (event) => {
  const asks = event.target.closest("[data-ask]");
  if (asks && !confirm(asks.dataset.ask)) event.preventDefault();
});

// --- sending without leaving the page ---------------------------------------------------------------------------

async function post(form, body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
  if (answer.ok) return "";
  const problem = await answer.json().catch(() => ({}));
  return problem.error?.message ?? "No se pudo enviar. Revisa tu conexión e intenta otra vez.";
}

function complain(message) {
  const line = trouble ?? news;
  line.textContent = message;
  line.hidden = !message;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("#say, #note, #misunderstood, form[action$='/dato']")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter); // before its buttons are disabled: those are left out
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach((button) => { button.disabled = true; });
  let problem;
  try {
    problem = await post(form, body);
  } catch {
    problem = "No hay conexión. Tu texto sigue aquí; intenta otra vez.";
  }
  buttons.forEach((button) => { button.disabled = false; });
  complain(problem);
  if (problem) return;
  if (form === say) {
    form.reset();
    form.elements.once.value = fresh();
    measure();
  } else if (form.id === "note") {
    form.reset();
  }
  refresh();
});

// 26 letters and digits: the same message is sent once, however often its button is pressed
function fresh() {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return [...crypto.getRandomValues(new Uint8Array(26))].map((byte) => letters[byte % 32]).join("");
}

// --- length, ready-made answers and their blanks ----------------------------------------------------------------

const BLANK = /\{(\w+)\}/g;

function measure() {
  const text = say.elements.text.value;
  const limit = Number(say.dataset.limit);
  const count = document.getElementById("count");
  count.textContent = limit > 10000 ? `${text.length} letras` : `${text.length} de ${limit}`;
  count.classList.toggle("over", text.length > limit);
  const blanks = [...new Set([...text.matchAll(BLANK)].map((found) => found[1]))];
  ask(blanks);
  say.querySelector("button:not([type])").disabled = text.length > limit || blanks.length > 0;
  const files = say.elements.file.files;
  document.getElementById("files").textContent = files.length ? [...files].map((file) => file.name).join(", ") : "";
}

function ask(blanks) {
  const box = document.getElementById("blanks");
  const shown = [...box.querySelectorAll("input")].map((input) => input.dataset.blank);
  if (shown.join() === blanks.join()) return;
  box.replaceChildren(...blanks.map((blank) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    label.textContent = `Falta: ${blank.replaceAll("_", " ")}`;
    input.dataset.blank = blank;
    input.addEventListener("change", () => {
      if (!input.value.trim()) return;
      say.elements.text.value = say.elements.text.value.replaceAll(`{${blank}}`, input.value.trim());
      measure();
    });
    label.append(input);
    return label;
  }));
  box.hidden = blanks.length === 0;
}

if (holding) {
  say.addEventListener("input", (event) => { if (!event.target.dataset.blank) measure(); });
  say.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) say.requestSubmit();
  });
  for (const id of ["ready", "right"]) {
    document.getElementById(id)?.addEventListener("change", (event) => {
      const text = event.target.selectedOptions[0].dataset.text;
      if (!text) return;
      const before = say.elements.text.value.trim();
      say.elements.text.value = before ? `${before}\n\n${text}` : text;
      event.target.selectedIndex = 0;
      measure();
      (document.querySelector("#blanks input") ?? say.elements.text).focus();
    });
  }
  measure();
}
