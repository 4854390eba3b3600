// Brings the app up: stored on the phone first, then whatever it was left at.
import { List } from "./list.js";
import { Person } from "./person.js";
import { el, nameCountries, settings, show, warn, word } from "./screens.js";
import { Sites } from "./sites.js";
import * as store from "./store.js";
import { Sender } from "./sync.js";
import { daysBetween, today } from "./weeks.js";

const OLD = 3; // days from which an entry that was not sent is warned of

const site = () => sites.site;
const sites = new Sites(() => { person.begin(); refresh(); }, () => { show("list"); refresh(); sender.now(); });
const person = new Person(site, () => { refresh(); sender.now(); });
const list = new List(site, () => { refresh(); sender.now(); });
const sender = new Sender(tell, (site, isKnown) => sites.heard(site, isKnown));

el("go-person").onclick = () => person.begin();
el("go-list").onclick = () => show("list");
el("send").onclick = () => sender.now();
addEventListener("online", () => person.load().then(keysThere));

nameCountries();
begin();

async function begin() {
  const keeping = keep();
  await Promise.all([person.load(), sites.begin()]);
  keysThere();
  await refresh();
  sender.now();
  await keeping;
}

// Stores the app on the phone. Its worker has all of it before it says that it is active.
async function keep() {
  warn("ready", "");
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(settings.worker, { scope: settings.scope });
    await navigator.serviceWorker.ready;
    document.documentElement.dataset.ready = "yes";
  } catch { /* without a network it is there already, or it is tried the next time */ }
  el("kept").dataset.ready = document.documentElement.dataset.ready ?? "";
  await refresh();
}

function keysThere() {
  warn("keys", person.canSeal() ? "" : word("no-keys"));
}

async function refresh() {
  const entries = await store.allEntries();
  const waiting = entries.filter(store.isUnsent);
  el("count").textContent = waiting.length ? String(waiting.length) : "";
  list.render(entries);
  const oldest = waiting.map((entry) => entry.day).sort()[0];
  const days = oldest ? daysBetween(oldest, today()) : 0;
  warn("old", days >= OLD ? word("old", { days }) : "");
  const promised = await navigator.storage?.persisted?.();
  const ready = word(document.documentElement.dataset.ready ? "ready" : "getting-ready");
  el("kept").textContent = `${ready} ${word(promised ? "promised" : "not-promised")}`;
}

async function tell(outcome) {
  const words = { sending: "sending", sent: "all-sent", busy: "busy", "no-network": "waits" };
  el("sending").textContent = outcome in words ? word(words[outcome]) : ""; // that a code is refused stands above every screen
  if (outcome !== "sending") await refresh();
}
