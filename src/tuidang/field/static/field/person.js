// One person: what he says is in the form alone until it is sealed; then the form is empty, and the phone knows nothing more.
import { maskText } from "./masks.js";
import { Names, rounded } from "./names.js";
import { inGroups, makeDigits } from "./receipt.js";
import { el, make, settings, show, shown, word, wrong } from "./screens.js";
import { fits, fromText, sealContent } from "./seal.js";
import * as store from "./store.js";
import { today, weekToSeal } from "./weeks.js";

const IDEAS = 6;
const PAUSE = 250; // milliseconds without a key before advice is given
const ASIDE = 120000; // out of sight for so long, nothing stays on the screen

export class Person {
  constructor(site, sealed) {
    this.site = site; // gives the site, as it is chosen now
    this.sealed = sealed; // called when one more is on the phone
    this.names = undefined;
    this.keys = {};
    this.seen = undefined;
    const form = el("person");
    form.onsubmit = (event) => { event.preventDefault(); this.look(); };
    el("region").onchange = () => this.propose();
    form.oninput = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.advise(), PAUSE); };
    el("more-aliases").onclick = () => this.propose();
    el("aliases").onclick = (event) => {
      const alias = event.target.closest(".alias");
      if (alias) { el("name").value = alias.textContent; this.advise(); el("name").focus(); }
    };
    el("change").onclick = () => show("person");
    el("seal").onclick = () => this.seal();
    el("next").onclick = () => this.begin();
    el("print").onclick = () => print();
    addEventListener("pagehide", () => this.forget());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.left = Date.now();
      else if (Date.now() - this.left > ASIDE && ["person", "seen", "receipt"].includes(shown())) this.begin();
    });
  }

  async load() {
    const [names, keys] = await Promise.allSettled([settings.names, settings.keys].map(async (address) => (await fetch(address, { credentials: "omit" })).json()));
    if (keys.status === "fulfilled") this.keys = keys.value;
    if (names.status === "fulfilled") {
      this.names = new Names(names.value);
      this.propose();
      this.advise();
    }
  }

  canSeal() {
    return weekToSeal(today(), Object.keys(this.keys)) !== undefined;
  }

  begin() {
    this.forget();
    show("person");
    this.propose();
    el("name").focus();
  }

  forget() {
    el("person").reset();
    for (const id of ["seen-region", "seen-name", "seen-text", "seen-orgs", "seen-advice", "digits", "advice"]) el(id).textContent = "";
    for (const field of ["name", "orgs", "text", "own"]) wrong(field, "");
    el("errors").hidden = true;
    this.seen = undefined;
  }

  propose() {
    if (!this.names) return;
    const ideas = this.names.propose(IDEAS, el("region").value, settings.language === "zh-hant");
    const lang = settings.language === "zh-hant" ? "zh-hant" : "zh-hans";
    el("aliases").replaceChildren(...ideas.map((name) => make("li", {}, make("button", { type: "button", className: "alias", lang, textContent: name }))));
  }

  advise() {
    el("advice").textContent = this.adviceOf(el("name").value.trim()).words;
  }

  // What the name gives away, in words, and the name as it will be shown.
  adviceOf(name) {
    if (!name || !this.names) return { words: "", shown: name };
    const read = this.names.read(name, el("region").value);
    const rare = this.names.isRare(read) || (read.kind === "full" && el("under_18").checked);
    const shown = rare ? `${read.surname}某` : read.kind === "unknown" && el("under_18").checked ? "某某" : name;
    if (read.kind === "nobody") return { words: word("points-at-nobody"), shown };
    if (read.kind === "unknown") return { words: word("cannot-tell"), shown };
    if (!(read.bearers >= 10)) return { words: word("not-common"), shown };
    const region = el("region").value ? el("region").selectedOptions[0].textContent : word("china");
    const values = { number: rounded(read.bearers, settings.language), region };
    return { words: word(this.names.isRare(read) ? "few" : "about", values), shown };
  }

  check() {
    const name = el("name").value.trim();
    const text = el("text").value.trim();
    const orgs = [...document.querySelectorAll('[name="orgs"]:checked')].map((box) => box.value);
    const longest = Number(settings.longestText);
    const content = {
      v: 1, name, orgs, region: el("region").value, text, lang: settings.language,
      under_18: el("under_18").checked, own: el("own").checked, digits: "0".repeat(16),
    };
    const faults = {
      name: !/[\p{L}\p{N}]/u.test(name) ? "name-missing" : [...name].length > Number(settings.longestName) ? "name-too-long" : "",
      orgs: orgs.length ? "" : "no-organisation",
      text: [...text].length > longest || !fits(content) ? "text-too-long" : "",
      own: content.own ? "" : "no-own-wish",
    };
    for (const [field, fault] of Object.entries(faults)) wrong(field, fault && word(fault));
    const found = Object.entries(faults).filter(([, fault]) => fault);
    el("errors").hidden = !found.length;
    el("errors").querySelector("ul").replaceChildren(...found.map(([field, fault]) => make("li", {}, make("a", { href: `#${field}`, textContent: word(fault) }))));
    if (found.length) el("errors").focus();
    return found.length ? undefined : content;
  }

  look() {
    const content = this.check();
    if (!content) return;
    const text = maskText(content.text, { email: word("mask-email"), link: word("mask-link"), number: word("mask-number") });
    const advice = this.adviceOf(content.name);
    this.seen = content;
    el("seen-region").textContent = content.region ? el("region").selectedOptions[0].textContent : "";
    el("seen-name").textContent = advice.shown;
    el("seen-text").textContent = text;
    el("seen-text").hidden = !text;
    el("seen-orgs").replaceChildren(...content.orgs.map((org) => make("li", { textContent: word(`org-${org}`) })));
    el("seen-shortened").hidden = advice.shown === content.name;
    el("seen-advice").textContent = advice.shown === content.name ? advice.words : "";
    el("seen-masked").hidden = text === content.text;
    el("seal-error").hidden = true;
    show("seen");
  }

  async seal() {
    const content = this.seen, site = this.site(), day = today();
    const week = weekToSeal(day, Object.keys(this.keys));
    if (!content) return;
    if (!site.open) return this.cannot("site-closed");
    if (!week) return this.cannot("no-keys");
    this.seen = undefined; // pressed twice, it is sealed once
    content.digits = makeDigits();
    try {
      const sealed = sealContent(fromText(this.keys[week]), content);
      await store.addEntry({ uuid: crypto.randomUUID(), week, day, site: site.code, sealed });
    } catch {
      this.seen = content;
      return this.cannot("cannot-store");
    }
    // A kill before this line: an entry nobody has a receipt for. After it, the receipt is seen, and the entry there.
    const groups = inGroups(content.digits);
    this.forget();
    el("digits").append(...[groups.slice(0, 2), groups.slice(2)].flatMap((pair, at) => [at ? " " : "", make("span", { className: "nowrap", textContent: pair.join(" ") })]));
    show("receipt");
    this.sealed();
  }

  cannot(name) {
    el("seal-error").textContent = word(name);
    el("seal-error").hidden = false;
  }
}
