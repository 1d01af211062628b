// Keys for the rows of the worklist. Everything works without them; whoever speaks to
// the machine or uses single letters otherwise switches them off, and it stays so.
"use strict";
(() => {
  const OFF = "dat-phim-tat";
  const help = document.getElementById("phim-tat"), toggle = help.querySelector("button");
  const rows = [...document.querySelectorAll("#ho-so tbody tr")];
  const boxes = rows.map((row) => row.querySelector("input[type=checkbox]"));
  const counted = document.getElementById("da-chon");
  let last = -1;

  const isOn = () => localStorage.getItem(OFF) !== "1";
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    counted.textContent = ticked ? ` ${counted.dataset.words.replace("0", ticked)}` : "";
  };
  const go = (step) => {
    const to = Math.min(Math.max(here() + step, 0), rows.length - 1);
    boxes[to].focus();
    rows[to].scrollIntoView({ block: "nearest" });
  };
  const tick = () => {
    if (here() < 0) return;
    boxes[here()].click();
  };
  const open = (link) => rows[here()]?.querySelector(link)?.click();
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: tick,
    o: () => open("th a"),
    v: () => open("td:last-child a"),
    "/": () => document.getElementById("q").focus(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (!isOn() || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Shift and a click tick every row between this one and the one before it.
  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        const [from, to] = [Math.min(last, place), Math.max(last, place)];
        boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
      }
      last = place;
      count();
    });
  });

  const show = () => {
    toggle.textContent = isOn() ? toggle.dataset.off : toggle.dataset.on;
    toggle.setAttribute("aria-pressed", String(isOn()));
  };
  toggle.addEventListener("click", () => {
    localStorage.setItem(OFF, isOn() ? "1" : "0");
    show();
  });
  help.hidden = false;
  show();
  count();
})();
