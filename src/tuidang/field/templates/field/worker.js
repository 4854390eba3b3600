// Keeps the app on the phone. It touches nothing but the files listed here, and nothing that was entered.
"use strict";

const CACHE = "field-{{ version }}";
const FILES = {{ files|safe }};
const FRESH = {{ fresh|safe }}; // renewed behind the scenes where there is a network
const HOME = {{ home|safe }};

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === HOME.path && event.request.mode === "navigate") event.respondWith(Response.redirect(language()));
  else if (FRESH.includes(url.pathname)) event.respondWith(fresh(url.pathname, event));
  else if (FILES.includes(url.pathname)) event.respondWith(kept(url.pathname));
});

async function keep() {
  const cache = await caches.open(CACHE);
  // A file whose name changes with what is in it may come from the browser's own store, where the page has it from.
  const asked = (file) => new Request(file, { cache: file.startsWith(HOME.path) ? "reload" : "default", credentials: "omit" });
  await cache.addAll([...FILES, ...FRESH].map(asked));
}

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
}

async function kept(path) {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(path, { credentials: "omit" });
}

// What is stored is given at once: on a network that hangs nobody waits. The next time it is the new one.
async function fresh(path, event) {
  const cache = await caches.open(CACHE);
  const stored = await cache.match(path);
  const newer = fetch(path, { cache: "no-store", credentials: "omit" }).then(async (answer) => {
    if (answer.ok) await cache.put(path, answer.clone());
    return answer;
  });
  if (!stored) return newer;
  event.waitUntil(newer.catch(() => {}));
  return stored;
}

function language() {
  const wanted = navigator.language.toLowerCase();
  if (!wanted.startsWith("zh")) return HOME.en;
  return /hant|tw|hk|mo/.test(wanted) ? HOME["zh-hant"] : HOME["zh-hans"];
}
