// What is on the phone: numbers and states, nothing else. Deleting, handing over, taking in, and removing everything.
import { ask, el, make, settings, word } from "./screens.js";
import { fromText } from "./seal.js";
import * as store from "./store.js";
import { asSent } from "./sync.js";
import { today } from "./weeks.js";

const SEALED = 2096;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WEEK = /^\d{4}-W\d{2}$/;

export class List {
  constructor(site, changed) {
    this.site = site;
    this.changed = changed; // called when what is on the phone is another
    el("entries").onclick = (event) => {
      const button = event.target.closest("button");
      if (button) this.remove(Number(button.dataset.ordinal));
    };
    el("clear").onclick = () => this.clear();
    el("hand-over").onclick = () => this.handOver();
    el("take-in").onchange = () => this.takeIn();
    el("remove").onclick = () => this.removeAll();
  }

  render(entries) {
    const waiting = entries.filter(store.isUnsent);
    el("unsent").textContent = waiting.length;
    el("sent").textContent = entries.filter((entry) => entry.state === "sent").length;
    el("none").hidden = entries.length > 0;
    el("clear").hidden = !entries.length;
    el("send").disabled = !waiting.length;
    el("entries").replaceChildren(...entries.map(row));
  }

  async remove(ordinal) {
    const entry = (await store.allEntries()).find((one) => one.ordinal === ordinal);
    if (!entry) return;
    const question = entry.state === "sent" ? "ask-delete-sent" : "ask-delete";
    if (!(await ask(word(question, { number: ordinal }), word("yes-delete")))) return;
    await store.removeEntry(ordinal);
    this.changed();
  }

  async clear() {
    const { length } = await notSent();
    if (!(await ask(length ? word("ask-clear", { number: length }) : word("ask-clear-sent"), word("yes-delete")))) return;
    await store.clearEntries();
    this.changed();
  }

  // The file holds what is sealed already: no site, no day, no number.
  async handOver() {
    const waiting = await store.unsent();
    if (!waiting.length) return said("nothing-to-hand");
    const lines = [{ v: 1, kind: "handed-over" }, ...waiting.map(asSent)].map((line) => JSON.stringify(line) + "\n");
    const address = URL.createObjectURL(new Blob(lines, { type: "application/octet-stream" }));
    make("a", { href: address, download: `${today()}.sealed` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    await store.markHanded(new Set(waiting.map((entry) => entry.uuid)));
    said("handed-over", waiting.length);
    this.changed();
  }

  async takeIn() {
    const [file] = el("take-in").files;
    if (!file) return;
    let entries;
    try {
      entries = read(await file.text());
    } catch {
      return said("no-file");
    } finally {
      el("take-in").value = "";
    }
    said("taken-in", await store.takeIn(entries, this.site().code, today()));
    this.changed();
  }

  async removeAll() {
    const { length } = await notSent();
    if (!(await ask(length ? word("ask-remove-unsent", { number: length }) : word("ask-remove"), word("yes-remove")))) return;
    await store.removeStore();
    for (const name of await caches.keys()) if (name.startsWith("field-")) await caches.delete(name);
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    document.title = "";
    document.body.replaceChildren(); // where there is no network, nothing is left to be seen
    if (navigator.onLine) location.replace(settings.exit);
  }
}

// What would be lost: that which comes too late is lost already, and counts too, for nobody was told.
const notSent = async () => (await store.allEntries()).filter((entry) => entry.state !== "sent");

function said(name, number) {
  el("handed").textContent = word(name, { number });
}

function row(entry) {
  const number = word("number", { number: entry.ordinal });
  const button = make("button", { className: "link", textContent: word("delete") });
  button.dataset.ordinal = entry.ordinal;
  button.setAttribute("aria-label", `${word("delete")}: ${number}`);
  return make("li", { className: entry.state }, make("span", { textContent: number }), make("span", { className: "quiet", textContent: word(`state-${entry.state}`) }), button);
}

function read(text) {
  const [head, ...lines] = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  if (head.kind !== "handed-over" || head.v !== 1) throw new TypeError("no file of ours");
  return lines.map(({ uuid, week, sealed }) => {
    const bytes = fromText(sealed);
    if (!UUID.test(uuid) || !WEEK.test(week) || bytes.length !== SEALED) throw new TypeError("no sealed entry");
    return { uuid, week, sealed: bytes };
  });
}
