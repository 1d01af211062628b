// Reads the question aloud where the device has a Vietnamese voice; else shows nothing.
(() => {
  "use strict";
  const button = document.querySelector("[data-nghe]");
  const speech = window.speechSynthesis;
  if (!button || !speech || !document.documentElement.lang.startsWith("vi")) return;
  const voice = () => speech.getVoices().find((each) => /^vi([-_]|$)/i.test(each.lang));
  const show = () => { button.hidden = !voice(); };
  const text = () => [...document.querySelectorAll("[data-doc], .opt > span")]
    .map((each) => each.innerText.trim()).filter(Boolean);
  button.addEventListener("click", () => {
    const reading = speech.speaking;
    speech.cancel();
    if (reading) return;
    for (const part of text()) {
      const said = new SpeechSynthesisUtterance(part);
      said.voice = voice();
      said.lang = "vi-VN";
      said.rate = 0.9;
      speech.speak(said);
    }
  });
  if (speech.addEventListener) speech.addEventListener("voiceschanged", show);
  addEventListener("pagehide", () => speech.cancel());
  show();
})();
