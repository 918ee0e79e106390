// The list is drawn again whenever something happened; where the keyboard was, it stays.
"use strict";

const list = document.getElementById("list");
const news = document.getElementById("news");

async function refresh() {
  const focused = document.activeElement?.getAttribute("href");
  const answer = await fetch(list.dataset.part + location.search, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) { location.reload(); return; }
  const html = await answer.text();
  const waiting = list.querySelectorAll(".queue a").length;
  list.innerHTML = html;
  if (focused) [...list.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
  const now = list.querySelectorAll(".queue a").length;
  if (now > waiting) news.textContent = "Hay una conversación más en la lista.";
}

const source = new EventSource(list.dataset.live);
source.addEventListener("open", refresh);
source.addEventListener("cambio", refresh);
source.addEventListener("fin", () => location.reload());
