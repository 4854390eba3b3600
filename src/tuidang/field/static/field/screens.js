// One screen at a time, and the words of the page's language, which stand in the page.
const ALL = ["sites", "person", "seen", "receipt", "list"];
const words = document.querySelector("#words");

export const settings = words.dataset;
export const el = (id) => document.getElementById(id);
let now = "";

export function word(name, values = {}) {
  const one = values.number === 1 && words.querySelector(`[data-word="${name}-one"]`);
  const text = (one || words.querySelector(`[data-word="${name}"]`)).textContent;
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function show(name) {
  for (const one of ALL) el(`screen-${one}`).hidden = one !== name;
  for (const one of ["person", "list"]) el(`go-${one}`).toggleAttribute("aria-current", one === name);
  now = name;
  scrollTo(0, 0);
  el(`screen-${name}`).querySelector("h1").focus({ preventScroll: true });
}

export const shown = () => now;

export function say(text) {
  el("said").textContent = text;
}

export function make(tag, values = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
}

// Countries are named by the browser, in the page's order.
export function nameCountries() {
  const names = new Intl.DisplayNames([settings.language.replace("zh-h", "zh-H")], { type: "region" });
  const codes = el("countries").dataset.codes.split(" ");
  el("countries").replaceChildren(...codes.map((code) => make("option", { value: code, textContent: names.of(code) })));
}

// Says at a field what is wrong there, or nothing.
export function wrong(field, sentence) {
  const box = el(`${field}-field`), line = el(`${field}-error`);
  box.classList.toggle("wrong", Boolean(sentence));
  line.hidden = !sentence;
  line.textContent = sentence;
  const input = el(field);
  if (sentence) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
}

// Warnings stay above every screen until what they warn of is over; `mend` is what can be pressed against it.
export function warn(name, text, mend) {
  let box = document.querySelector(`[data-warning="${name}"]`);
  if (!text) return box?.remove();
  if (!box) {
    box = make("div", { className: "warning" }, make("p"));
    box.dataset.warning = name;
    box.setAttribute("role", "alert");
    if (mend) box.append(make("p", { className: "actions" }, make("button", { className: "button", textContent: mend.word, onclick: mend.act })));
    el("warnings").append(box);
  }
  if (box.textContent !== text) box.firstChild.textContent = text;
}

// Asks once more before something cannot be undone.
export function ask(text, yes) {
  const dialog = el("ask");
  el("ask-text").textContent = text;
  el("ask-yes").textContent = yes;
  dialog.showModal();
  el("ask-no").focus();
  return new Promise((resolve) => {
    const answer = (value) => { dialog.close(); resolve(value); };
    el("ask-yes").onclick = () => answer(true);
    el("ask-no").onclick = () => answer(false);
    dialog.oncancel = () => resolve(false);
  });
}
