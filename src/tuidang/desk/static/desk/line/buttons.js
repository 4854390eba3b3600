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
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target === document.body && document.body.classList.contains("keyed")) {
      const first = line.querySelector(":enabled[aria-keyshortcuts=Space]");
      if (first) { event.preventDefault(); first.click(); }
    }
  });
  at.digits.addEventListener("input", () => {
    const keys = at.digits.value.replace(/[^0-9*#]/g, "");
    if (keys) ask("keys", keys);
    at.digits.value = "";
  });
  // Another page opens beside this one: the telephone is not put down by a look at the queue.
  for (const link of document.querySelectorAll(".top a, .skip ~ footer a")) link.target = "_blank";
}
