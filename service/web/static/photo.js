// Makes photos smaller on this device before they are sent. Without it they go as they are.
"use strict";
(() => {
  const LONG_SIDE = 1600, QUALITY = 0.8;
  const field = document.getElementById("anh"), said = document.getElementById("anh-noi");
  const button = field.form.querySelector("button.btn");
  if (!window.createImageBitmap || !window.DataTransfer) return;
  // A button in the language of the page, in place of the browser's own.
  field.parentElement.className = "vh";
  document.getElementById("anh-nut").hidden = false;

  async function smaller(file) {
    const seen = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, LONG_SIDE / Math.max(seen.width, seen.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(seen.width * share);
    canvas.height = Math.round(seen.height * share);
    canvas.getContext("2d").drawImage(seen, 0, 0, canvas.width, canvas.height);
    seen.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return new File([made], "anh.jpg", { type: "image/jpeg" });
  }

  field.addEventListener("change", async () => {
    const sent = new DataTransfer();
    let count = 0, size = 0;
    button.disabled = true;
    for (const file of field.files) {
      let kept = file;
      if (file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name)) {
        // What this device cannot draw goes as it is; the service says what it is.
        kept = await smaller(file).catch(() => file);
        if (kept.size > file.size && !/hei[cf]/i.test(file.type)) kept = file;
      }
      count += kept !== file;
      size += kept.size;
      sent.items.add(kept);
    }
    field.files = sent.files;
    button.disabled = false;
    const { chosen, say } = field.dataset;
    const shrunk = say.replace("{n}", count).replace("{size}", Math.ceil(size / 1024));
    said.textContent = chosen.replace("{n}", field.files.length) + (count ? ` ${shrunk}` : "");
    said.hidden = !field.files.length;
  });
})();
