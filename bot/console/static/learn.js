// Pages of training: labelling by keys, data marked by selection, checks while one types, the bar of a training.
"use strict";

const csrf = document.querySelector('meta[name="csrf"]').content;
const form = document.querySelector("[data-label-form]");

if (form) {
  const message = document.querySelector("[data-message]");
  const spans = form.elements.spans;
  const marks = form.querySelector("[data-marks]");
  const other = form.querySelector("[data-other]");
  const hint = form.querySelector("[data-hint]");
  let marked = [];

  const radios = () => [...form.querySelectorAll('input[name="intent"]')];
  const chosen = () => {
    const radio = radios().find((one) => one.checked);
    return radio ? radio.value || other.value : "";
  };

  const showHint = () => {
    const guide = document.querySelector(`template[data-guide="${chosen()}"]`);
    hint.hidden = !guide;
    hint.replaceChildren(...(guide ? [guide.content.cloneNode(true)] : []));
  };

  const showMarks = () => {
    spans.value = JSON.stringify(marked);
    marks.replaceChildren(...marked.map(([start, end, entity], index) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn small ghost";
      button.textContent = `${entity}: ${message.value.slice(start, end)} ✕`;
      button.setAttribute("aria-label", `Quitar ${entity}: ${message.value.slice(start, end)}`);
      button.addEventListener("click", () => { marked.splice(index, 1); showMarks(); });
      item.append(button);
      return item;
    }));
  };

  form.addEventListener("change", (event) => {
    if (event.target === other) radios().at(-1).checked = true;
    showHint();
  });
  // with the keyboard alone: select in the message with Shift and the arrows, then a button below
  form.addEventListener("mousedown", (event) => { if (event.target.closest("[data-entity]")) event.preventDefault(); });
  form.addEventListener("click", (event) => {
    const entity = event.target.closest("[data-entity]");
    if (!entity) return;
    const [start, end] = [message.selectionStart, message.selectionEnd];
    if (start === end) { message.focus(); return; }
    // offsets in characters as Python counts them
    const count = (to) => [...message.value.slice(0, to)].length;
    marked = marked.filter(([from, to]) => to <= count(start) || from >= count(end));
    marked.push([count(start), count(end), entity.dataset.entity]);
    showMarks();
  });
  showHint();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.closest("select, textarea:not([readonly]), input:not([type=radio]):not([type=checkbox])");
  if (typing) return;
  const key = event.key.toLowerCase();
  const press = document.querySelector(`[data-press="${CSS.escape(key)}"]`);
  if (press) {
    event.preventDefault();
    press.click();
    return;
  }
  if (!form) return;
  const radio = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (radio) {
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    (key === "0" ? form.querySelector("[data-other]") : radio).focus();
  } else if (key === "enter" && !event.target.closest("button, a, summary")) {
    event.preventDefault();
    form.querySelector('[value="etiqueta"]').click();
  }
});

for (const checked of document.querySelectorAll("[data-check-form]")) {
  const box = checked.querySelector("[data-findings]");
  let waiting = 0;
  const look = async () => {
    const body = new FormData(checked);
    if (checked.dataset.key) body.set("key", checked.dataset.key);
    if (!String(body.get("text")).trim()) { box.replaceChildren(); return; }
    const answer = await fetch("/entrenamiento/comprobar", {
      method: "POST", body, headers: { "X-CSRF": csrf, Accept: "application/json" },
    });
    if (!answer.ok) return;
    const { findings } = await answer.json();
    const list = document.createElement("ul");
    list.className = "findings";
    for (const finding of findings) {
      const item = document.createElement("li");
      if (finding.stops) item.className = "stops";
      const text = document.createElement("span");
      text.textContent = finding.message;
      for (const one of finding.others) {
        const small = document.createElement("small");
        small.textContent = one;
        text.append(small);
      }
      item.append(text);
      list.append(item);
    }
    box.replaceChildren(list);
  };
  checked.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 400); });
}

const job = document.querySelector('[data-job="1"]');
if (job) {
  const ask = async () => {
    const answer = await fetch("/entrenamiento/avance", { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const news = await answer.json();
      if (!news.running) { location.reload(); return; }
      job.querySelector("[data-job-title]").textContent = news.title;
      job.querySelector("[data-job-bar]").value = news.percent;
    }
    setTimeout(ask, 1500);
  };
  setTimeout(ask, 1500);
}
