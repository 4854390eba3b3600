// The buttons of the telephone's page and the keys that press them, the same whichever telephone a volunteer has.
import { at, line } from "./page.js";

// `ask` orders something, `isHeld` tells whether the caller is on hold; `more` is what this kind of telephone does besides, or otherwise.
export function listen(ask, isHeld, more = {}, touched = () => {}) {
  const does = {
    refuse: () => ask("refuse"),
    hold: () => ask(isHeld() ? "resume" : "hold"),
    keypad: () => { at.keys.hidden = !at.keys.hidden; if (!at.keys.hidden) at.digits.focus(); },
    "hand-on": () => at["hand-on-to"].showModal(),
    coordinator: () => ask("conference", "coordinator"),
    leave: () => ask("leave"),
    end: () => ask("end"),
    done: () => ask("wrapped"),
    more: () => ask("more-time"),
    away: () => ask("away"),
    ready: () => ask("ready"),
    ...more,
  };
  line.addEventListener("click", async (event) => {
    touched();
    const button = event.target.closest("button");
    if (button?.dataset.does) await does[button.dataset.does]();
    if (button?.dataset.order) {
      at["hand-on-to"].close();
      await ask(button.dataset.order, button.value);
    }
    if (button?.dataset.key) ask("keys", button.dataset.key);
  });
  heedSpace(document);
  at.beside?.addEventListener("load", () => { if (at.beside.contentDocument) heedSpace(at.beside.contentDocument); });
  at.digits.addEventListener("input", () => {
    const keys = at.digits.value.replace(/[^0-9*#]/g, "");
    if (keys) ask("keys", keys);
    at.digits.value = "";
  });
  // Another page opens beside this one: the telephone is not put down by a look at the queue.
  for (const link of document.querySelectorAll(".top a, .skip ~ footer a")) link.target = "_blank";
}

// The space bar does what comes next. While it rings that is to answer, whatever of the page has the focus, but for
// a field that one writes in and a button of the telephone.
function heedSpace(page) {
  page.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.repeat || !document.body.classList.contains("keyed")) return;
    const { target } = event;
    const isRinging = line.dataset.at === "ringing" && !target.matches("textarea, select, input");
    const isFree = target === page.body || isRinging && !(line.contains(target) && target.matches("button, a"));
    const first = isFree && line.querySelector(":enabled[aria-keyshortcuts=Space]");
    if (!first) return;
    event.preventDefault();
    page.addEventListener("keyup", (up) => up.preventDefault(), { once: true }); // it would fold or press what has the focus
    first.click();
  });
}
