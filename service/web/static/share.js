// Sends a text by what the phone has for it, or copies it; without either, both buttons
// stay hidden and the text can be marked by hand.
"use strict";
(() => {
  const text = document.getElementById("loi-nhan").value;
  const said = document.getElementById("gui-noi");
  const send = document.getElementById("gui"), copy = document.getElementById("chep");

  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => {
      // Whoever closes the list of apps has changed his mind; that is no mistake.
      navigator.share({ text }).catch(() => {});
    });
  }
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      said.textContent = said.dataset.done;
    });
  }
})();
