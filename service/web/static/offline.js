// Asks residents where there is no coverage, and sends what they said once, later. All
// words stand in the page; what is noted stands in the vault.
const at = (id) => document.getElementById(id);
const device = at("may");
const vault = await import(device.dataset.vault);
const API = "/api/v1/offline/";
const SECTIONS = ["khoa", "chuyen", "nguoi", "cau"];
// After so long out of sight the page locks itself; so often it looks at the clock.
const UNSEEN = 5 * 60_000, LOOK = 15_000;
let key, here;

// --- the page -------------------------------------------------------------------------

const said = (name, values = {}) =>
  Object.entries(values).reduce((line, [slot, value]) => line.replace(`{${slot}}`, value),
    at("loi-noi").querySelector(`[data-w=${name}]`).textContent);

function tell(name, values) {
  at("tin").textContent = name ? said(name, values) : "";
  at("tin").hidden = !name;
}

function copy(id, slots) {
  const made = at(id).content.cloneNode(true);
  for (const [name, value] of Object.entries(slots)) {
    for (const place of made.querySelectorAll(`[data-f=${name}]`)) {
      if (value) place.textContent = value;
      else place.remove();
    }
  }
  return made;
}

function show(section) {
  for (const each of SECTIONS) at(each).hidden = each !== section;
  at("dau").hidden = at("giay").hidden = !["khoa", "chuyen"].includes(section);
  const heading = at(section).querySelector("h1, h2");
  heading.tabIndex = -1;
  heading.focus();
}

const press = (part, name, does) => {
  const button = part.querySelector(`[data-b=${name}]`);
  if (does) button.onclick = does;
  else button.remove();
};

// --- what is noted of a resident ------------------------------------------------------

const open = (it) => it.pack?.questions.filter((q) => !it.notes.answers[q.key]) ?? [];
const waiting = ({ notes }) =>
  Object.keys(notes.answers).length + (notes.sending?.answers.length ?? 0);
const keep = (it) => vault.keep(key, it.person, "notes", it.notesUntil, it.notes);
const people = async () => (await vault.held(key)).filter((it) => it.notes);

function shown(question, noted) {
  if (noted.unknown) return said("unsure");
  const choice = question.choices.find((each) => each.value === noted.raw);
  if (choice) return choice.label;
  return question.kind === "person_id"
    ? noted.raw.replace(/.(?=.{3})/g, "•") : noted.raw;
}

const isOver = (it) => it.pack && it.packUntil <= Date.now();

// When the consent ends, the questions go from the page and from the device.
async function end() {
  const over = await vault.purge();
  if (!key || (!over && !(here && isOver(here)))) return;
  here = undefined;
  await list();
  tell("purged", { n: over });
}

async function list() {
  const everybody = await people(), rows = at("danh-sach");
  rows.replaceChildren();
  for (const it of everybody) {
    const count = waiting(it), sent = it.notes.sent;
    const row = copy("mau-nguoi", {
      who: it.pack ? it.pack.who || it.pack.code : said("over"),
      about: it.pack ? it.pack.title : it.wrongClock && said("clock"),
      until: it.pack && said("until", { time: new Date(it.packUntil).toLocaleString("vi-VN",
        { hour: "2-digit", minute: "2-digit", day: "numeric", month: "numeric",
          timeZone: "Asia/Ho_Chi_Minh" }) }),
      unsent: count && said("unsent", { n: count }),
      sent: sent && said("sent", { n: sent }),
    });
    const goes = it.pack || it.notes.results.length;
    press(row, "mo", goes && (() => { here = it; tell(); person(); }));
    rows.append(row);
  }
  at("trong").hidden = everybody.length > 0;
  at("gui").hidden = !everybody.some(waiting);
  show("chuyen");
}

function person() {
  const { pack, notes } = here, rows = at("cau-hoi");
  at("nguoi-ten").textContent = pack ? pack.who || pack.code : said("over");
  rows.replaceChildren();
  for (const question of pack?.questions ?? []) {
    const noted = notes.answers[question.key];
    const row = copy("mau-dong", {
      text: question.text, answer: noted ? shown(question, noted) : said("open"),
    });
    row.querySelector("dd").classList.toggle("gap", !noted);
    press(row, "ghi", () => ask(question));
    rows.append(row);
  }
  at("ket-qua").replaceChildren(...notes.results.map(result));
  at("ket-qua").hidden = !notes.results.length;
  at("sau").textContent = (pack?.later ?? []).join(" ");
  at("sau-hop").hidden = !pack?.later.length;
  at("xem-tra-loi").hidden = !notes.results.some((each) => each.outcome === "conflict");
  at("xem-tra-loi").href = `/ho-so/${notes.code}/kiem-tra`;
  const next = open(here)[0];
  at("hoi-tiep").hidden = !next;
  at("hoi-tiep").onclick = () => ask(next);
  show("nguoi");
}

const result = ({ outcome, text, noted, held, question }) => copy("mau-ket-qua", {
  question, text, noted: noted && said("noted", { value: noted }),
  held: held && said("held", { value: held }),
  good: ["taken", "same"].includes(outcome) && said("good"),
  bad: !["taken", "same"].includes(outcome) && said("look"),
});

// --- one question ---------------------------------------------------------------------

function ask(question) {
  const noted = here.notes.answers[question.key], many = question.choices.length > 0;
  const made = copy(many ? "mau-chon" : "mau-go", {
    left: said("left", { n: open(here).length }), text: question.text, why: question.why,
    legal: question.legal && said("legal", { term: question.legal }),
    help: question.help, unknown_help: question.unknown_help, problem: noted?.problem,
  });
  const form = made.querySelector("form");
  if (many) {
    const last = form.querySelector(".opt");
    for (const { value, label, legal } of question.choices) {
      const option = copy("mau-tra-loi", { label, legal });
      Object.assign(option.querySelector("input"), { value, checked: noted?.raw === value });
      last.before(option);
    }
    if (question.may_be_unknown) last.querySelector("input").checked = noted?.unknown;
    else last.remove();
  } else {
    form.elements["tra-loi"].value = noted?.raw ?? "";
    const modes = { date: "text", phone: "tel", text: "text", commune: "text" };
    form.elements["tra-loi"].inputMode = modes[question.kind] ??
      (question.kind === "decimal" ? "decimal" : "numeric");
    const unsure = () => note(question, "", true);
    press(form, "chua-ro", question.may_be_unknown && unsure);
  }
  let warned;
  form.onsubmit = (event) => {
    event.preventDefault();
    const raw = new FormData(form).get("tra-loi")?.trim() ?? "";
    if (many && raw === "chua-ro") return note(question, "", true);
    const unusual = raw ? !many && unlike(question, raw) && question.hint : said("empty");
    if (unusual && (!raw || warned !== raw)) {
      const place = form.querySelector("[data-p]");
      place.textContent = raw ? `${unusual} ${said("again")}` : unusual;
      place.hidden = false;
      warned = raw;
      return place.focus();
    }
    note(question, raw, false);
  };
  at("cau").replaceChildren(made);
  at("cau").querySelector("[data-b=ve]").onclick = () => person();
  show("cau");
}

// Only a hint: the service decides when the answer arrives.
function unlike({ pattern }, raw) {
  if (!pattern) return false;
  try {
    const typed = raw.normalize("NFC").split(/\s+/).join(" ");
    return !new RegExp(`^(?:${pattern})$`, "iu").test(typed);
  } catch {
    return false;
  }
}

async function note(question, raw, unknown) {
  if (isOver(here)) return end();
  const said_at = new Date(Date.now() + here.notes.ahead).toISOString();
  here.notes.answers[question.key] = { raw, unknown, said_at, text: question.text };
  try {
    await keep(here);
  } catch (error) {
    delete here.notes.answers[question.key];
    if (!(error instanceof vault.FullError)) throw error;
    return tell("full");
  }
  const next = open(here)[0];
  if (next) ask(next);
  else person();
}

// --- with coverage --------------------------------------------------------------------

async function fetched(path, request) {
  const got = await fetch(API + path, request);
  if (got.ok) return got.json();
  const told = await got.json().catch(() => ({}));
  throw Object.assign(new Error(), { told: told.text ?? said("refused") });
}

async function trying(does) {
  try {
    await does();
  } catch (error) {
    if (error instanceof vault.FullError) return tell("full");
    if (!error.told && !(error instanceof TypeError)) throw error;
    at("tin").textContent = error.told ?? said("offline");
    at("tin").hidden = false;
  }
}

async function take(code) {
  const pack = await fetched(`packs/${encodeURIComponent(code)}`);
  const ahead = Date.parse(pack.now) - Date.now();
  const until = Date.parse(pack.ends_at) - ahead, send = Date.parse(pack.send_by) - ahead;
  const known = (await people()).find((it) => it.notes.code === code);
  if (known && waiting(known)) throw Object.assign(new Error(), { told: said("first") });
  const person = known?.person ?? crypto.randomUUID();
  const notes = { code, ahead, ticket: pack.ticket, answers: {}, sending: null, sent: 0,
    results: [] };
  await vault.keep(key, person, "pack", until, pack);
  await vault.keep(key, person, "notes", send, notes);
}

// What is sent is set down with its key first: whatever happens on the way, the same
// sending is repeated, and the service takes it once.
async function sendOne(it, form) {
  const { notes } = it;
  if (!notes.sending) {
    const answers = Object.entries(notes.answers).map(([name, each]) => ({ key: name, ...each }));
    notes.sending = { id: crypto.randomUUID(), answers };
    notes.answers = {};
    await keep(it);
  }
  const { id, answers } = notes.sending;
  const { results } = await fetched("answers", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": id, "X-Dat-Form": form },
    body: JSON.stringify({ ticket: notes.ticket, answers: answers.map(
      ({ key: name, raw, unknown, said_at }) => ({ key: name, raw, unknown, said_at })) }),
  });
  const typed = new Map(answers.map((each) => [each.key, each]));
  notes.results = results.map((each) => ({ ...each, question: typed.get(each.key).text }));
  for (const each of results.filter(({ again }) => again)) {
    const { key: name, ...answer } = typed.get(each.key);
    notes.answers[name] ??= { ...answer, problem: each.text };
  }
  notes.sent += results.filter(({ again }) => !again).length;
  if (it.pack) {
    const gone = new Set(results.filter(({ again }) => !again).map((each) => each.key));
    it.pack.questions = it.pack.questions.filter((each) => !gone.has(each.key));
  }
  here = it;
  person(); // the results are seen before anything leaves the device
  notes.sending = null;
  if (it.pack) await vault.keep(key, it.person, "pack", it.packUntil, it.pack);
  await keep(it);
}

const send = () => navigator.locks.request("dat-gui", () => trying(async () => {
  const those = (await people()).filter(waiting);
  if (!those.length) return;
  tell("sending");
  const { form } = await fetched("form");
  for (const it of those) await sendOne(it, form);
  if (those.length > 1) await list();
  tell("arrived");
}));

// --- beginning and end ----------------------------------------------------------------

async function unlock(event) {
  event.preventDefault();
  const pin = at("so-khoa").value.trim();
  if (!/^\d{6,}$/.test(pin)) return tell("short");
  at("so-khoa").value = "";
  tell("opening");
  const found = (await vault.exists()) ? await vault.open(pin) : { key: await vault.begin(pin) };
  if (!found.key) {
    if (found.left > 0) return tell("wrong", { n: found.left });
    at("con-lai").hidden = true;
    return tell("locked", { n: vault.TRIES });
  }
  ({ key } = found);
  at("xoa-hop").hidden = false;
  tell();
  await list();
}

async function wipe() {
  const count = await vault.wipe();
  key = undefined;
  at("con-lai").hidden = true;
  at("dau").hidden = at("giay").hidden = false;
  tell("wiped", { n: count });
}

async function begin() {
  if (!isSecureContext || !window.indexedDB || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/ho-tro/ngoai-tuyen.js",
    { scope: "/ho-tro/ngoai-tuyen", updateViaCache: "none" });
  const over = await vault.purge();
  const known = await vault.exists();
  at("khoa-moi").hidden = known;
  at("khoa-cu").hidden = !known;
  at("xoa-hop").hidden = !known;
  at("khoa-mau").onsubmit = unlock;
  at("xoa").onclick = wipe;
  at("gui").onclick = send;
  at("ve-danh-sach").onclick = () => { tell(); list(); };
  at("lay").onclick = () => trying(async () => {
    const chosen = [...document.querySelectorAll("[name=viec]:checked")];
    if (!chosen.length) return tell("nobody");
    for (const box of chosen) {
      await take(box.value);
      box.checked = false;
    }
    await list();
    tell("taken", { n: chosen.length });
  });
  addEventListener("online", () => key && send());
  setInterval(end, LOOK);
  let unseen;
  document.onvisibilitychange = () => {
    if (document.hidden) unseen = Date.now();
    else if (key && Date.now() - unseen > UNSEEN) location.reload();
  };
  at("khong-ghi").hidden = true;
  device.hidden = false;
  if (over) tell("purged", { n: over });
}

begin();
