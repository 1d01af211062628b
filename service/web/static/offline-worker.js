// Opens the page for places without coverage when there is none. It keeps that page,
// which says nothing of anybody, with its script and style; nothing else, ever.
// VERSION and FILES stand above, put there by the service.
const NAME = `dat-ngoai-tuyen-${VERSION}`;
const PAGE = "/ho-tro/ngoai-tuyen", WITHOUT = "/ho-tro/ngoai-tuyen/khong-mang";
const PATIENCE = 6000; // milliseconds after which a line counts as none

async function install() {
  const cache = await caches.open(NAME);
  // Without cookies the service knows nobody, so that no page of anybody is kept.
  const wanted = { credentials: "omit", cache: "reload" };
  await Promise.all(FILES.map(async (file) => {
    const got = await fetch(file, wanted);
    if (!got.ok) throw new Error(file);
    await cache.put(file, got);
  }));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("dat-ngoai-tuyen-") && name !== NAME) await caches.delete(name);
  }
  await self.clients.claim();
}

async function page(request) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: giveUp.signal });
  } catch {
    const kept = await (await caches.open(NAME)).match(WITHOUT);
    return kept ?? Response.error();
  } finally {
    clearTimeout(clock);
  }
}

const file = async (request) =>
  (await (await caches.open(NAME)).match(request.url)) ?? fetch(request);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, search } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  else if (FILES.includes(pathname + search)) event.respondWith(file(request));
});
