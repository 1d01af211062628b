// Reads the QR of an identity card by camera or from a picture, on this device alone:
// the text goes into the field, no picture is sent.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const box = at("quet"), field = at("ma-qr"), said = at("quet-noi");
  const scan = at("quet-may-anh"), file = at("quet-anh"), video = at("quet-hinh");
  const source = box.dataset.decoder, native = "BarcodeDetector" in window;
  if (!source && !native) return;

  const canvas = document.createElement("canvas");
  const SCAN = scan.textContent;
  let stream, reader;

  function say(text) {
    said.textContent = text;
    said.hidden = !text;
  }

  async function own() {
    const kinds = native ? await BarcodeDetector.getSupportedFormats() : [];
    if (!kinds.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(canvas))[0]?.rawValue;
  }

  async function fetched() {
    await new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { onload: done, onerror: failed, src: source });
      document.head.append(script);
    });
    return () => {
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height);
      return jsQR(pixels.data, width, height)?.data;
    };
  }

  const ready = async () => (reader ??= (await own()) ?? (await fetched()));

  function draw(picture, width, height, side) {
    const scale = Math.min(1, side / Math.max(width, height));
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    video.hidden = true;
    scan.textContent = SCAN;
  }

  function take(text) {
    stop();
    field.value = text;
    field.focus();
    say("Đã đọc được mã. Bấm “Xem lại trước khi ghi”.");
  }

  async function look(read) {
    if (!stream) return;
    draw(video, video.videoWidth, video.videoHeight, 1280);
    const text = video.videoWidth && (await read());
    if (text && stream) take(text);
    else setTimeout(look, 120, read);
  }

  scan.onclick = async () => {
    say("");
    if (stream) return stop();
    scan.disabled = true;
    try {
      const read = await ready();
      const wanted = { facingMode: "environment", width: { ideal: 1280 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      scan.textContent = "Dừng quét";
      say("Đưa mã QR trên thẻ vào giữa hình, giữ yên.");
      look(read);
    } catch {
      stop();
      say("Không mở được máy ảnh. Chọn ảnh, hoặc dán, gõ vào ô dưới.");
    }
    scan.disabled = false;
  };

  at("quet-chon-anh").onclick = () => file.click();
  file.onchange = async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    stop();
    say("Đang đọc ảnh…");
    try {
      const read = await ready(), picture = await createImageBitmap(chosen);
      for (const side of [1600, 1000, 2600]) {
        draw(picture, picture.width, picture.height, side);
        const text = await read();
        if (text) return take(text);
      }
      say("Không thấy mã QR trong ảnh. Chụp gần hơn, hoặc gõ vào ô dưới.");
    } catch {
      say("Không đọc được ảnh này. Dán hoặc gõ vào ô dưới.");
    } finally {
      file.value = "";
    }
  };

  addEventListener("pagehide", stop);
  document.onvisibilitychange = () => document.hidden && stop();
  scan.hidden = !(isSecureContext && navigator.mediaDevices);
  box.hidden = false;
})();
