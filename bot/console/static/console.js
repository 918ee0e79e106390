// What every page of the console needs: the theme, copying, questions before what cannot be undone.
"use strict";

document.addEventListener("click", (event) => {
  const switcher = event.target.closest("[data-theme-switch]");
  if (switcher) {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "oscuro" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "claro" : "oscuro";
    document.cookie = `tema=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.lastChild.textContent = "Copiado"; });
  }
  const back = event.target.closest("[data-back]");
  if (back && history.length > 1) {
    event.preventDefault();
    history.back();
  }
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
