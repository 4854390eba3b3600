// Keeps works on the device, shows what is kept, and wipes it. Before a button is pressed it stores nothing.
const root = document.querySelector("[data-offline]");
const words = JSON.parse(document.getElementById("offline-words").textContent);
const said = root.querySelector("[data-said]");
const wipe = root.querySelector("[data-wipe]");
const rows = [...root.querySelectorAll("[data-work]")];
const buttons = [...root.querySelectorAll("button")];
const { worker, library, cache: name } = root.dataset;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

if (navigator.serviceWorker && window.caches) {
  document.querySelector("[data-missing]").hidden = true;
  for (const part of root.querySelectorAll(".scripted")) part.hidden = false;
  for (const row of rows) {
    const [keeps, drops] = ["[data-keep]", "[data-drop]"].map((one) => row.querySelector(one));
    keeps.addEventListener("click", async () => { await keep([row.dataset.work]); drops.focus(); });
    drops.addEventListener("click", async () => { await drop(row.dataset.work); keeps.focus(); });
  }
  root.querySelector("[data-all] button")?.addEventListener("click", () => keep(rows.map((row) => row.dataset.work)));
  wipe.querySelector("button").addEventListener("click", wipeEverything);
  show();
}

async function keep(works) {
  for (const button of buttons) button.disabled = true;
  try {
    await navigator.serviceWorker.register(worker, { scope: library });
    const { active } = await navigator.serviceWorker.ready;
    await told(active, { keep: works });
    await show();
  } catch {
    await show();
    said.textContent = words.failed;
  }
  for (const button of buttons) button.disabled = false;
}

// The worker does it, which alone knows whether it is just fetching the same work anew.
async function drop(work) {
  const found = (await navigator.serviceWorker.getRegistrations()).find((one) => new URL(one.scope).pathname === library);
  if (found?.active) await told(found.active, { drop: work });
  await show();
  said.textContent = `${words.dropped} ${said.textContent}`;
}

// Resolves when everything is done; rejects when the worker says that something is not.
function told(active, wish) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (data.ended) resolve();
      else if (data.failed) reject(new Error());
      else said.textContent = fill(words.fetching, data);
    };
    active.postMessage(wish, [port2]);
  });
}

// Counts what is kept, by work; of this language's library, and without opening what is not there.
async function kept() {
  const found = new Map();
  let all = 0;
  if (!(await caches.has(name))) return { found, all };
  const cache = await caches.open(name);
  for (const request of await cache.keys()) {
    const bytes = (await (await cache.match(request)).blob()).size;
    all += bytes;
    const path = new URL(request.url).pathname;
    const work = path.startsWith(library) ? path.slice(library.length).split("/")[0] : "";
    if (work && work !== "offline") {
      const before = found.get(work) ?? { bytes: 0, whole: false };
      found.set(work, { bytes: before.bytes + bytes, whole: before.whole || path.endsWith("/pages.json") });
    }
  }
  return { found, all };
}

async function show() {
  const { found, all } = await kept();
  const works = [...found.values()].filter((one) => one.whole).length;
  const text = [...found.values()].reduce((sum, one) => sum + one.bytes, 0);
  for (const row of rows) {
    const here = found.get(row.dataset.work);
    row.querySelector("[data-state]").textContent = here?.whole ? `· ${fill(words.kept, { size: size(here.bytes) })}` : "";
    row.querySelector("[data-keep]").hidden = Boolean(here?.whole);
    row.querySelector("[data-drop]").hidden = !here?.whole;
  }
  said.textContent = all ? fill(words.all, { works, text: size(text), rest: size(all - text) }) : words.nothing;
  wipe.hidden = !(all || (await workers()).length);
}

// The libraries' own workers, of every language: whatever else of this site is on the device is not ours to touch.
async function workers() {
  const all = await navigator.serviceWorker.getRegistrations();
  return all.filter((one) => new URL(one.scope).pathname.endsWith("/library/"));
}

async function wipeEverything() {
  for (const one of await workers()) await one.unregister();
  for (const one of await caches.keys()) if (one.startsWith("library-")) await caches.delete(one);
  await show();
  said.textContent = words.wiped;
}
