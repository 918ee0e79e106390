// Says while a ready answer is written whether it fits into each channel, with its blanks filled.
"use strict";

for (const form of document.querySelectorAll("[data-answer]")) {
  const fits = form.querySelector("#fits");
  const room = "x".repeat(Number(fits.dataset.room));
  const measure = () => {
    const text = form.elements.text.value.trim();
    const length = text.replaceAll(/\{\w+\}/g, room).length;
    for (const one of fits.querySelectorAll("[data-limit]")) {
      const over = length - Number(one.dataset.limit);
      one.textContent = `${one.dataset.channel}: ${over > 0 ? `sobran ${over} letras` : `quedan ${-over} letras`}`;
      one.classList.toggle("over", over > 0);
    }
  };
  form.addEventListener("input", measure);
  measure();
}
