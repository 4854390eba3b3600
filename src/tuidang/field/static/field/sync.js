// Sends what waits, while the page is open: in batches, tried again after longer and longer pauses, harmless when doubled.
import { settings } from "./screens.js";
import { toText } from "./seal.js";
import * as store from "./store.js";

const BATCH = 25;
const FIRST = 2000, LONGEST = 300000; // milliseconds between two tries
const PATIENCE = 60000; // with one request

export class Sender {
  // `tell` hears how it stands: "sending", "sent", "no-network", "busy", "code-refused"; `heard` whether a site's code is known.
  constructor(tell, heard) {
    this.tell = tell;
    this.heard = heard;
    this.pause = FIRST;
    this.timer = 0;
    this.running = false;
    this.again = false; // something more came while it ran
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
  }

  // Tries at once, whatever the pause was.
  now() {
    this.pause = FIRST;
    return this.run();
  }

  async run() {
    clearTimeout(this.timer);
    this.again = this.running;
    if (this.running || document.hidden) return;
    this.running = true;
    let outcome;
    try {
      // Of two pages of this app on one phone, one sends.
      outcome = await navigator.locks.request("field-send", { ifAvailable: true }, (lock) => (lock ? this.sendAll() : "busy"));
    } catch {
      outcome = "no-network";
    } finally {
      this.running = false;
    }
    this.tell(outcome);
    if (this.again) return this.run();
    if (outcome === "sent" || outcome === "code-refused") return;
    this.timer = setTimeout(() => this.run(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(LONGEST, this.pause * 2);
  }

  async sendAll() {
    let refused = false;
    for (const site of await store.allSites()) {
      let waiting;
      while ((waiting = (await store.unsent()).filter((entry) => entry.site === site.code)).length) {
        this.tell("sending");
        const answer = await ask(settings.send, site.team, { entries: waiting.slice(0, BATCH).map(asSent) });
        if (answer.status === 401) { refused = true; this.heard(site, false); break; }
        if (!answer.ok) return "busy";
        this.heard(site, true);
        // A kill between the answer and this line: the same is sent again, and is known there.
        await store.settle((await answer.json()).entries);
        this.pause = FIRST;
      }
    }
    return refused ? "code-refused" : "sent";
  }
}

export function ask(address, team, body) {
  return fetch(address, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    headers: { Authorization: `Team ${team}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  });
}

export const asSent = ({ uuid, week, sealed }) => ({ uuid, week, sealed: toText(sealed) });
