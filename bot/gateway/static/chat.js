// The web chat. What could not be sent yet is kept in this browser and sent when the server is back; the server takes
// each client_id once, so sending again never says a thing twice.
"use strict";

const KEY = "buentrato";
const log = document.getElementById("log");
const composer = document.getElementById("composer");
const input = document.getElementById("text");
const file = document.getElementById("file");
const status = document.getElementById("status");
const leave = document.getElementById("leave");
const greeting = JSON.parse(document.body.dataset.welcome);
const plainGreeting = { text: document.body.dataset.discreet, buttons: [] };

const kept = load();
let waiting = []; // messages not yet taken by the server, in order: {id, text, button, file, row}
let sending = false;
let polling = false;
let lastSeq = 0;

function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}
function save() {
  try {
    const pending = waiting.filter((m) => !m.file).map(({ id, text, button }) => ({ id, text, button }));
    localStorage.setItem(KEY, JSON.stringify({ token: kept.token, pending }));
  } catch { /* a browser without storage still chats; it only forgets on reload */ }
}

// --- showing ---------------------------------------------------------------------------------------------------------

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text; // never as markup
  return made;
}

function show(author, text, buttons = [], attachments = []) {
  const row = element("div", `row ${author}`);
  if (author === "staff") row.append(element("span", "who", "Una persona del equipo"));
  const bubble = element("div", "bubble", text);
  for (const item of attachments) {
    const link = element("a", "", item.name);
    link.href = item.url;
    link.target = "_blank"; // the conversation stays open behind a file
    link.rel = "noopener";
    bubble.append(document.createElement("br"), link);
  }
  row.append(bubble);
  if (author !== "user") {
    clearChoices();
    if (buttons.length) row.append(choices(buttons));
  }
  const writing = log.querySelector(".writing");
  log.insertBefore(row, writing);
  log.scrollTop = log.scrollHeight;
  return row;
}

function choices(buttons) {
  const list = element("ul", "choices");
  for (const { title, payload } of buttons) {
    const item = element("li");
    const button = element("button", "", title);
    button.type = "button";
    button.addEventListener("click", () => { clearChoices(); say({ text: title, button: payload }); });
    item.append(button);
    list.append(item);
  }
  return list;
}

function clearChoices() {
  log.querySelectorAll(".choices").forEach((list) => list.remove());
}

function showWriting(on) {
  const there = log.querySelector(".writing");
  if (on && !there) {
    const row = element("div", "row bot writing");
    const bubble = element("div", "bubble");
    bubble.append(element("i"), element("i"), element("i"), element("span", "hidden", "escribiendo…"));
    row.append(bubble);
    log.append(row);
    log.scrollTop = log.scrollHeight;
  } else if (!on && there) {
    there.remove();
  }
}

function mark(message, text, failed = false) {
  message.row.querySelector(".state")?.remove();
  if (!text) return;
  const state = element("span", failed ? "state failed" : "state", text);
  message.row.append(state);
  return state;
}

function tell(text) {
  status.textContent = text;
  status.hidden = !text;
}

// --- sending ---------------------------------------------------------------------------------------------------------

function say({ text = "", button = "", file: attached = null }) {
  const row = show("user", attached ? (text ? `${text}\n📎 ${attached.name}` : `📎 ${attached.name}`) : text);
  const message = { id: crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random(), text, button, file: attached, row };
  waiting.push(message);
  save();
  mark(message, "enviando…");
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  let pause = 1000;
  while (waiting.length) {
    const message = waiting[0];
    try {
      await session();
      const answer = await post(message);
      if (answer.status === 401) { kept.token = ""; continue; }
      if (answer.ok) {
        mark(message, "");
        done(message);
        tell("");
        showWriting(true);
        listen();
        pause = 1000;
        continue;
      }
      const said = await answer.json().catch(() => ({}));
      if (answer.status < 500) { refuse(message, said); continue; }
      tell(said.error?.message || "");
    } catch { /* no network: fall through and wait */ }
    mark(message, "sin conexión, lo mando en cuanto pueda", true);
    await new Promise((go) => setTimeout(go, pause));
    pause = Math.min(pause * 2, 15000);
  }
  sending = false;
}

function done(message) {
  waiting = waiting.filter((other) => other !== message);
  save();
}

function refuse(message, said) {
  done(message);
  mark(message, "no se envió", true);
  show("system", said.error?.message || "No pude leer ese mensaje. Intenta de nuevo.");
}

function post(message) {
  const headers = { Authorization: `Bearer ${kept.token}` };
  if (message.file) {
    const form = new FormData();
    form.append("client_id", message.id);
    if (message.text) form.append("text", message.text);
    form.append("file", message.file);
    return fetch("/chat/messages", { method: "POST", headers, body: form });
  }
  const body = message.button ? { client_id: message.id, button: message.button } : { client_id: message.id, text: message.text };
  return fetch("/chat/messages", { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function session() {
  if (kept.token) return;
  const answer = await fetch("/chat/sessions", { method: "POST" });
  if (!answer.ok) throw new Error("no session");
  kept.token = (await answer.json()).token;
  lastSeq = 0;
  leave.hidden = false;
  save();
}

// --- listening -------------------------------------------------------------------------------------------------------

async function listen() {
  if (polling || !kept.token) return;
  polling = true;
  let pause = 500;
  while (kept.token) {
    try {
      const working = Boolean(log.querySelector(".writing"));
      const answer = await fetch(`/chat/messages?after=${lastSeq}&wait=${working ? 5 : 20}`, { headers: { Authorization: `Bearer ${kept.token}` } });
      if (answer.status === 401) { forget(); break; }
      if (!answer.ok) throw new Error("later");
      const news = await answer.json();
      for (const message of news.messages) {
        lastSeq = message.id;
        show(message.author, message.text, message.buttons, message.attachments);
      }
      showWriting(news.working);
      if (!waiting.length) tell("");
      pause = 500;
    } catch {
      tell("Sin conexión. Sigo intentando.");
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(pause * 2, 10000);
    }
  }
  polling = false;
}

async function restore() {
  const answer = await fetch("/chat/history", { headers: { Authorization: `Bearer ${kept.token}` } });
  if (answer.status === 401) { forget(); return; }
  if (!answer.ok) throw new Error("later");
  for (const message of (await answer.json()).messages) {
    if (message.author === "user") {
      const files = (message.files || []).map((item) => `📎 ${item.name || item.kind}`);
      show("user", [message.text, ...files].filter(Boolean).join("\n"));
      clearChoices();
    } else {
      lastSeq = message.id;
      show(message.author, message.text, message.buttons, message.attachments);
    }
  }
}

function forget() {
  kept.token = "";
  waiting = [];
  try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  leave.hidden = true;
}

// --- the page --------------------------------------------------------------------------------------------------------

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  grow();
  clearChoices();
  say({ text });
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight + 3, 144)}px`;
}
input.addEventListener("input", grow);

document.getElementById("attach").addEventListener("click", () => file.click());
file.addEventListener("change", () => {
  for (const chosen of file.files) say({ file: chosen });
  file.value = "";
});

leave.addEventListener("click", () => {
  forget();
  lastSeq = 0;
  log.replaceChildren();
  tell("");
  greet();
});

function greet() {
  const { text, buttons } = care.isDiscreet() || care.isHidden() ? plainGreeting : greeting;
  show("bot", text, buttons);
}

// After a quick exit the conversation stays out of sight until it is asked for.
function asked() {
  return new Promise((go) => {
    const button = element("button", "quiet reveal", "Ver mi conversación");
    button.type = "button";
    button.addEventListener("click", () => { button.remove(); care.show(); go(); });
    log.append(button);
  });
}

async function start() {
  greet();
  if (!kept.token) { care.show(); return; }
  if (care.isHidden()) await asked();
  leave.hidden = false;
  let pause = 500;
  for (;;) {
    try { await restore(); tell(""); break; } catch {
      tell("Sin conexión. Sigo intentando.");
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(pause * 2, 10000);
    }
  }
  for (const { id, text, button } of kept.pending || []) {
    const message = { id, text, button, file: null, row: show("user", text) };
    waiting.push(message);
  }
  send();
  listen();
}

// who follows a link from a social network brings the code of what they said there
async function begin() {
  const code = new URLSearchParams(location.search).get("c") ?? "";
  await start();
  if (!/^[2-9A-Z]{8}$/.test(code)) return;
  history.replaceState(null, "", location.pathname);
  say({ text: `Vengo por lo que publiqué. BT·${code}` });
}

begin();
