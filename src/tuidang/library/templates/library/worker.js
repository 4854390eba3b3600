{% autoescape off %}// Answers for the library from what its reader had this device keep. It was registered by his press alone.
// What is kept is read without asking anybody; then it is asked whether there is something newer.
"use strict";

const { kept, library, offline, frame, notice } = {{ settings }};
const LOOSE = { cacheName: kept, ignoreVary: true };
let refreshing = null;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", (event) => {
  const { keep: names, drop: name } = event.data;
  event.waitUntil(name ? dropOne(name, event.ports[0]) : keepAll(names, event.ports[0]));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  event.respondWith(answer(event, address));
});

async function answer(event, address) {
  const there = await caches.match(address.pathname, LOOSE);
  if (there && !address.search) {
    if (event.request.mode !== "navigate") return there;
    event.waitUntil(refresh());
    return said(there);
  }
  try {
    return await fetch(event.request);
  } catch (error) {
    // Without a network: the page in letters of the usual size, or the page that lists what is kept.
    const instead = there ?? (event.request.mode === "navigate" && await caches.match(offline, LOOSE));
    if (instead) return event.request.mode === "navigate" ? said(instead) : instead;
    throw error;
  }
}

// What is kept says so: its reader learns here, not from an error page, where the network is needed.
async function said(response) {
  const page = await response.text();
  const marked = page.replace(/<main[^>]*>/, (main) => `${main}<p class="notice" data-kept>${notice}</p>`);
  return new Response(marked, { status: response.status, headers: response.headers });
}

// A new worker comes with a new look: what is kept is fetched in it.
async function takeOver() {
  await self.clients.claim();
  if (await caches.has(kept)) await refresh(true);
}

async function keepAll(names, port) {
  const cache = await caches.open(kept);
  try {
    for (const address of [...frame, library, offline]) await put(cache, address);
    for (const name of names) await keep(cache, name, await list(name), (done, all) => port.postMessage({ name, done, all }));
    port.postMessage({ ended: true });
  } catch {
    port.postMessage({ failed: true });
  }
}

// Waits for a round that may be fetching the same work, or it would come back.
async function dropOne(name, port) {
  await refreshing;
  if (await caches.has(kept)) await takeAway(await caches.open(kept), name);
  port.postMessage({ ended: true });
}

async function takeAway(cache, name) {
  await cache.delete(place(name));
  for (const old of await within(cache, name)) await cache.delete(old);
}

// The list comes last: a work of which a page is missing does not count as kept.
async function keep(cache, name, response, tell = () => {}) {
  const { pages } = await response.clone().json();
  let done = 0;
  for (const page of pages) {
    await put(cache, page);
    tell((done += 1), pages.length);
  }
  await cache.put(place(name), response);
  for (const old of await within(cache, name)) if (!pages.includes(old)) await cache.delete(old);
}

// One at a time. Where there is no network, everything stays as it is.
function refresh(everything = false) {
  refreshing ??= renew(everything).catch(() => {}).finally(() => { refreshing = null; });
  return refreshing;
}

async function renew(everything) {
  if (!(await caches.has(kept))) return;
  const cache = await caches.open(kept);
  if (everything) await dress(cache);
  for (const address of [library, offline]) await put(cache, address);
  for (const request of await cache.keys()) {
    const name = nameIn(new URL(request.url).pathname);
    if (name === null) continue;
    const response = await fetch(place(name), { cache: "no-store" });
    if (response.status === 404) {
      await takeAway(cache, name);
    } else if (response.ok) {
      const [before, now] = [await (await cache.match(place(name))).json(), await response.clone().json()];
      if (everything || before.stamp !== now.stamp) await keep(cache, name, response);
    }
  }
}

async function dress(cache) {
  for (const address of frame) await put(cache, address);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(library) && !frame.includes(pathname)) await cache.delete(request);
  }
}

async function put(cache, address) {
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok || response.redirected) throw new Error(address);
  await cache.put(address, response);
}

async function list(name) {
  const response = await fetch(place(name), { cache: "no-store" });
  if (!response.ok) throw new Error(name);
  return response;
}

const place = (name) => `${library}${name}/pages.json`;

function nameIn(path) {
  const rest = path.startsWith(library) ? path.slice(library.length) : "";
  return rest.endsWith("/pages.json") ? rest.slice(0, -"/pages.json".length) : null;
}

async function within(cache, name) {
  const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
  return paths.filter((path) => path.startsWith(`${library}${name}/`) && path !== place(name));
}
{% endautoescape %}