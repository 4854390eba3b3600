// One key for each thing a staff screen offers. Everything here can be done without it: a key only presses or
// enters what the page marks with `aria-keyshortcuts`. The keys can be switched off on the page of keys.
"use strict";

const WRITES = "textarea, select, input:not([type=checkbox], [type=radio])";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
  if (event.key === "Escape") { leave(); return; }
  if (event.target.matches(WRITES)) return;
  if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
  if (event.key === "x") { tick(); event.preventDefault(); return; }
  if (event.key === "m" && maskSelection()) { event.preventDefault(); return; }
  const name = nameOf(event);
  const target = offered(document, name) ?? offered(beside(), name);
  if (!target) return;
  event.preventDefault();
  if (target.matches(WRITES)) target.focus(); else target.click();
  if (target.ownerDocument !== document) target.scrollIntoView({ block: "nearest" });
});

// On a button the shift key is a sign, not a word.
for (const one of document.querySelectorAll('[aria-keyshortcuts^="Shift+"]')) {
  one.dataset.cap = one.getAttribute("aria-keyshortcuts").replace("Shift+", "⇧");
}

// A letter with the shift key is another than without, whether the keyboard is locked to capitals or not.
function nameOf({ key, shiftKey }) {
  if (!/^[a-z]$/i.test(key)) return key;
  return shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
}

function offered(page, name) {
  return page?.querySelector(`[aria-keyshortcuts="${CSS.escape(name)}"]`);
}

// The page around this one, or the one that stands in it: a key means the same in both.
function beside() {
  return window.frameElement ? parent.document : document.querySelector("#beside")?.contentDocument;
}

// Escape: out of a field; and where there is none to leave, out of a frame to the page around it.
function leave() {
  if (document.activeElement !== document.body) document.activeElement.blur();
  else if (window.frameElement) { window.frameElement.blur(); parent.focus(); }
}

// j, k: to the next and the one before in a list, at the first thing to press there.
function step(by) {
  const rows = [...document.querySelectorAll(".row")].filter((row) => row.querySelector("a, button"));
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + by))];
  next?.querySelector("a, button").focus();
}

// x: tick the row one is on.
function tick() {
  document.activeElement.closest(".row")?.querySelector("[type=checkbox]")?.click();
}

// m: what is selected in the letter becomes a passage to be masked.
function maskSelection() {
  const field = document.querySelector("#passages");
  const chosen = getSelection();
  const words = chosen.toString().trim();
  const letter = document.querySelector(".letter");
  if (!field || !words || !letter || !letter.contains(chosen.anchorNode) || !letter.contains(chosen.focusNode)) return false;
  field.value = [...field.value.split("\n").filter((line) => line.trim()), ...words.split(/\s*\n\s*/)].join("\n");
  chosen.removeAllRanges();
  field.scrollIntoView({ block: "nearest" });
  return true;
}
