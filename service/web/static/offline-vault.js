// What is noted without coverage stands here, encrypted: nobody reads it without the
// number that the helper chose for this trip, which is kept nowhere.

// PBKDF2 with SHA-256: what OWASP asks since 2023; about a second on a cheap phone.
const ITERATIONS = 600_000;
// After so many wrong numbers in a row everything is deleted.
export const TRIES = 5;
// All that the device may hold, in bytes: a trip, not an archive.
const MOST_BYTES = 500_000;
// A clock that went back further than this since the questions were taken is wrong.
const SLACK = 10 * 60_000;
const NAME = "dat-ngoai-tuyen", OPENS = "dat";
const text = new TextEncoder(), words = new TextDecoder();

export class FullError extends Error {}

const done = (request) => new Promise((yes, no) => {
  request.onsuccess = () => yes(request.result);
  request.onerror = () => no(request.error);
});

let base;
async function store(name, mode = "readonly") {
  base ??= await new Promise((yes, no) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("lock", { keyPath: "id" });
      asked.result.createObjectStore("held", { keyPath: "id" });
    };
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
  base.onversionchange = close;
  return base.transaction(name, mode).objectStore(name);
}

function close() {
  base?.close();
  base = undefined;
}

async function derive(pin, salt) {
  const raw = await crypto.subtle.importKey(
    "raw", text.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS },
    raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function seal(key, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: text.encode(id) };
  const plain = text.encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt(how, key, plain) };
}

async function unseal(key, { id, iv, data }) {
  const how = { name: "AES-GCM", iv, additionalData: text.encode(id) };
  return JSON.parse(words.decode(await crypto.subtle.decrypt(how, key, data)));
}

export const exists = async () => !!(await done((await store("lock")).get(OPENS)));

// Begin a trip: a salt of this device, and something to know the right number by.
export async function begin(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await derive(pin, salt);
  const lock = { id: OPENS, salt, tries: 0, ...(await seal(key, OPENS, OPENS)) };
  await done((await store("lock", "readwrite")).put(lock));
  return key;
}

// Return the key, or how many tries are left; at none everything is gone. A try is
// counted before it is looked at, so that breaking off wins nothing.
export async function open(pin) {
  const lock = await done((await store("lock")).get(OPENS));
  const tries = lock.tries + 1;
  await done((await store("lock", "readwrite")).put({ ...lock, tries }));
  const key = await derive(pin, lock.salt);
  try {
    await unseal(key, lock);
  } catch {
    if (tries >= TRIES) await wipe();
    return { left: TRIES - tries };
  }
  await done((await store("lock", "readwrite")).put({ ...lock, tries: 0 }));
  return { key };
}

// Keep a part of what belongs to one resident until an instant of this device's clock.
export async function keep(key, person, part, until, value, taken = Date.now()) {
  const id = `${person}:${part}`;
  const sealed = await seal(key, id, value);
  const others = (await done((await store("held")).getAll())).filter((o) => o.id !== id);
  const size = others.reduce((sum, each) => sum + each.data.byteLength, 0);
  if (size + sealed.data.byteLength > MOST_BYTES) throw new FullError();
  await done((await store("held", "readwrite")).put({ id, until, taken, ...sealed }));
}

// Delete what may be kept no longer; return how many residents' questions went.
export async function purge() {
  const over = (await done((await store("held")).getAll()))
    .filter((each) => each.until <= Date.now());
  for (const { id } of over) await done((await store("held", "readwrite")).delete(id));
  return over.filter(({ id }) => id.endsWith(":pack")).length;
}

// Return what is held of each resident: {person, pack, notes, until, wrongClock}.
export async function held(key) {
  const people = new Map();
  for (const each of await done((await store("held")).getAll())) {
    const [person, part] = each.id.split(":");
    const found = people.get(person) ?? { person };
    people.set(person, found);
    const wrongClock = Date.now() < each.taken - SLACK;
    if (part === "pack" && (each.until <= Date.now() || wrongClock)) {
      found.wrongClock = wrongClock;
      continue;
    }
    found[part] = await unseal(key, each);
    found[`${part}Until`] = each.until;
  }
  return [...people.values()];
}

// Delete everything of this device; return of how many residents something was held.
export async function wipe() {
  const ids = await done((await store("held")).getAllKeys());
  close();
  await done(indexedDB.deleteDatabase(NAME));
  for (const name of await caches.keys()) {
    if (name.startsWith(NAME)) await caches.delete(name);
  }
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    if (worker.scope.endsWith("/ho-tro/ngoai-tuyen")) await worker.unregister();
  }
  return new Set(ids.map((id) => id.split(":")[0])).size;
}
