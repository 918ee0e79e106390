// Who may be watched can hide this page at once, and keep it from saying what it is. Nothing leaves this browser.
"use strict";

const care = (() => {
  const DISCREET = "modo", HIDDEN = "oculta", QUICKLY = 700;
  const PLAIN_TITLE = "Notas", NAME = document.title;
  const toggle = document.getElementById("discreet");
  let escaped = 0;

  function kept(key) { try { return localStorage.getItem(key) === "1"; } catch { return false; } }
  function keep(key, on) {
    try { on ? localStorage.setItem(key, "1") : localStorage.removeItem(key); } catch { /* it lasts as long as the page */ }
  }

  function beDiscreet(on) {
    document.title = on ? PLAIN_TITLE : NAME;
    document.getElementById("favicon").href = on ? "/static/plain.svg" : "/static/icon.svg";
    document.body.classList.toggle("discreet", on);
    toggle.setAttribute("aria-pressed", String(on));
    keep(DISCREET, on);
  }

  // The page is emptied before the other one comes, so that a slow network shows nothing.
  function quit() {
    keep(HIDDEN, true);
    document.title = PLAIN_TITLE;
    document.body.replaceChildren();
    location.replace("/static/plain.html");
  }

  document.getElementById("quit").addEventListener("click", quit);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - escaped < QUICKLY) quit();
    escaped = event.timeStamp;
  });
  toggle.addEventListener("click", () => {
    beDiscreet(!document.body.classList.contains("discreet"));
    toggle.closest("details").open = false;
  });
  beDiscreet(kept(DISCREET));

  return {
    // The conversation was hidden here: it is shown when it is asked for.
    isHidden: () => kept(HIDDEN),
    show: () => keep(HIDDEN, false),
    isDiscreet: () => document.body.classList.contains("discreet"),
  };
})();
