// Keeps on the server what is being typed, and does not let a lost line take it away.
// Every page finishes without this file.
(() => {
  "use strict";
  const form = document.querySelector("form[data-nhap]");
  if (!form) return;
  const says = form.querySelector("[data-tinh-trang]");
  const tell = (name) => { says.textContent = name ? says.dataset[name] : ""; };
  let waiting = 0, sending = false, kept = "";

  const typed = () => new URLSearchParams(new FormData(form));
  async function keep() {
    const body = typed();
    if (body.toString() === kept) return true;
    const answer = await fetch(form.dataset.nhap, {
      method: "POST", body, keepalive: true, signal: AbortSignal.timeout ? AbortSignal.timeout(8000) : null,
    });
    if (answer.ok) kept = body.toString();
    return answer.ok;
  }
  async function reached() {
    // A refusal is an answer too: the line is there, and the page says what is wrong.
    try { await keep(); return true; } catch { return false; }
  }
  const someLine = () => new Promise((done) => {
    addEventListener("online", done, { once: true });
    setTimeout(done, 5000);
  });

  kept = typed().toString();
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (sending) return;
      try { if (await keep()) tell("giu"); } catch { tell(""); }
    }, 1200);
  });
  addEventListener("pagehide", () => { if (!sending) keep().catch(() => {}); });

  form.addEventListener("submit", async (event) => {
    if (sending) { if (sending !== "now") event.preventDefault(); return; }
    clearTimeout(waiting);
    if (navigator.onLine && typed().toString() === kept) { sending = "now"; return; }
    event.preventDefault();
    const button = event.submitter;
    sending = "asking";
    let there = await reached();
    if (!there) {
      tell("mat");
      await someLine();
      there = await reached();
    }
    if (!there) { sending = false; tell("cho"); return; }
    sending = "now";
    if (form.requestSubmit) form.requestSubmit(button); else form.submit();
  });
  // The page comes back as it was left, by the back button: it may be sent again.
  addEventListener("pageshow", () => { sending = false; tell(""); });
})();
