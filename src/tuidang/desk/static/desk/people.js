// What makes the form for people quick: it is saved as one types, advice comes at once, and the keyboard is enough.
// Without it everything works too: each button sends the form, and it comes back.
"use strict";

const PAUSE = 500; // milliseconds without a key after which it is saved
const AGAIN = 2000; // after which a save that got no answer is tried again
const ORGS = { 1: ["party"], 2: ["league"], 3: ["pioneers"], 4: ["party", "league", "pioneers"] };

const form = document.querySelector("#people-form");
if (form) begin();

// What a page marks to be in focus first is not, in a frame: the receipt that is to be read, and its button.
const receipt = window.frameElement && document.querySelector(".now-read");
receipt?.scrollIntoView({ block: "nearest" });
if (document.hasFocus()) receipt?.querySelector("[autofocus]").focus();

function begin() {
  const state = document.querySelector("#save-state");
  const known = form.elements.known;
  const rows = form.querySelector(".ones");
  const asking = new Set(); // rows whose advice is not of what stands there now
  let timer = 0, dirty = false, busy = false, over = false;
  let lost = false, pressed = null; // the last save had no answer; what was pressed meanwhile waits for one
  document.documentElement.classList.add("scripted");

  const fields = () => [...rows.querySelectorAll('input[name$=".name"]')];
  const rowOf = (element) => element.closest("[data-row]");

  form.addEventListener("input", (event) => {
    if (event.target.id === "list") return;
    changed(event.target);
  });
  form.addEventListener("click", (event) => {
    const alias = event.target.closest(".alias");
    if (alias) take(alias, event);
  });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.matches("[data-row] input") && rowOf(event.target);
    if (!row) return;
    const isName = event.target.matches('[name$=".name"]');
    if (event.key === "Enter") move(row, 1, event);
    else if (event.key === "ArrowDown" && isName) move(row, 1, event, false);
    else if (event.key === "ArrowUp" && isName) move(row, -1, event, false);
    else if (isName && "5678".includes(event.key)) take(row.querySelector(`.alias[data-key="${event.key}"]`), event);
    else if (ORGS[event.key] && (isName || event.target.matches("[type=checkbox]"))) choose(row, ORGS[event.key], event);
  });
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!event.target.matches('[name$=".name"]') || !/[\n、，,;；]/.test(text.trim())) return;
    event.preventDefault();
    form.elements.list.value = text;
    form.elements.at.value = rowOf(event.target).dataset.row;
    form.querySelector('[name=step][value="list"]').click();
  });
  // A save may be on its way: the page that is sent names it as known.
  form.addEventListener("submit", (event) => {
    if (lost) { event.preventDefault(); pressed = event.submitter; return; }
    over = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => { if (dirty && !over) send(true).catch(() => {}); });
  addEventListener("pageshow", () => { over = false; });

  function changed(field) {
    dirty = true;
    const row = rowOf(field);
    if (row && field.type !== "checkbox" || row && /under_18|real_name/.test(field.name)) asking.add(row.dataset.row);
    if (field.id === "region") for (const one of rows.querySelectorAll("[data-row]")) asking.add(one.dataset.row);
    state.textContent = form.dataset.saving;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  function move(row, by, event, mayAdd = true) {
    event.preventDefault();
    const all = fields();
    const here = all.findIndex((field) => row.contains(field));
    if (here + by >= all.length && mayAdd) add();
    const target = fields()[here + by];
    if (!target) return;
    target.focus();
    target.select();
    target.scrollIntoView({ block: "nearest" });
  }

  // One of the names offered, in place of what was typed.
  function take(alias, event) {
    event.preventDefault();
    if (!alias) return;
    const name = rowOf(alias).querySelector('input[name$=".name"]');
    name.value = alias.value;
    name.focus();
    changed(name);
  }

  function add() {
    const number = rows.querySelectorAll("[data-row]").length;
    if (number >= Number(form.dataset.most)) return;
    const holder = document.createElement("template");
    holder.innerHTML = document.querySelector("#new-row").innerHTML.replaceAll("__n__", String(number));
    holder.content.querySelector(".ordinal").textContent = String(number + 1);
    rows.append(holder.content);
  }

  function choose(row, wanted, event) {
    event.preventDefault();
    const boxes = [...row.querySelectorAll('[name$=".orgs"]')].filter((box) => wanted.includes(box.value));
    const on = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = on;
    changed(boxes[0]);
  }

  async function save() {
    if (busy || over || !dirty) return;
    busy = true;
    dirty = false;
    const asked = [...asking];
    asking.clear();
    try {
      const answer = await send(false, asked);
      if (over) return;
      if (answer.status === 409) { over = true; state.textContent = form.dataset.foreign; state.classList.add("error"); return; }
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      show((await answer.json()).advice);
      lost = false;
      if (!dirty) state.textContent = form.dataset.saved;
      if (pressed) form.requestSubmit(pressed);
    } catch {
      dirty = lost = true;
      for (const row of asked) asking.add(row);
      state.textContent = form.dataset.lost;
      clearTimeout(timer);
      timer = setTimeout(save, AGAIN);
    } finally {
      busy = false;
      if (dirty && !over && state.textContent !== form.dataset.lost) { clearTimeout(timer); timer = setTimeout(save, PAUSE); }
    }
  }

  // Each save has a name of its own, and says which ones it knows of: so one whose answer was lost is no stranger.
  function send(leaving, asked = []) {
    const body = new URLSearchParams(new FormData(form));
    const revision = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    body.set("step", "save");
    body.set("quiet", "yes");
    body.set("revision", revision);
    body.set("advise", asked.join(" "));
    body.delete("list");
    known.value = [...known.value.split(" ").filter(Boolean).slice(-50), revision].join(" ");
    return fetch(location.href, { method: "POST", body, keepalive: leaving, headers: { Accept: "application/json" } });
  }

  function show(advice) {
    for (const [row, html] of Object.entries(advice)) {
      const place = document.querySelector(`#advice-${CSS.escape(row)}`);
      if (place && !asking.has(row)) place.innerHTML = html;
    }
  }
}
