// Where one stands: sites are added once by their team's code, then chosen with one press.
import { el, make, say, settings, show, warn, word, wrong } from "./screens.js";
import * as store from "./store.js";
import { ask } from "./sync.js";

const FORM = /^[2-9A-HJKMNP-TV-Z]{24}$/;

export class Sites {
  constructor(chosen) {
    this.chosen = chosen; // called with the site that was chosen
    this.site = undefined;
    el("go-sites").onclick = () => this.open();
    el("site-form").onsubmit = (event) => { event.preventDefault(); this.add(); };
  }

  async begin() {
    const code = await store.chosenSite();
    const site = (await store.allSites()).find((one) => one.code === code);
    if (site) this.take(site);
    else await this.open();
  }

  async open() {
    const sites = await store.allSites();
    el("sites").replaceChildren(...sites.map((site) => {
      const button = make("button", { className: "door", onclick: () => this.choose(site) }, make("b", { textContent: site.name }), make("span", { textContent: `${regionName(site.region)} · ${site.code}` }));
      return make("li", {}, button);
    }));
    show("sites");
  }

  async add() {
    const team = el("team").value.toUpperCase().replace(/[^0-9A-Z]/g, "");
    if (!FORM.test(team)) return this.refuse("no-code");
    let answer;
    try {
      answer = await ask(settings.site, team, {});
    } catch {
      return this.refuse("no-network");
    }
    if (answer.status === 401) return this.refuse("code-refused");
    if (!answer.ok) return this.refuse("busy");
    wrong("team", "");
    el("team").value = "";
    const site = { ...(await answer.json()), team };
    await store.keepSite(site);
    navigator.storage?.persist?.();
    await this.choose(site);
  }

  refuse(name) {
    wrong("team", word(name));
    el("team").focus();
  }

  async choose(site) {
    await store.chooseSite(site.code);
    this.take(site);
  }

  take(site) {
    this.site = site;
    el("go-sites").textContent = site.name;
    el("go-sites").hidden = el("menu").hidden = false;
    warn("closed", site.open ? "" : word("site-closed"));
    say(site.name);
    this.chosen(site);
    this.renew(site);
  }

  // Whether the site is still open is asked where there is a network, and believed where there is none.
  async renew(site) {
    try {
      const answer = await ask(settings.site, site.team, {});
      if (answer.status === 401) return warn("code", word("code-refused"));
      if (!answer.ok) return;
      const known = { ...(await answer.json()), team: site.team };
      await store.keepSite(known);
      if (this.site.code !== known.code) return;
      this.site = known;
      warn("code", "");
      warn("closed", known.open ? "" : word("site-closed"));
    } catch { /* no network */ }
  }
}

export function regionName(code) {
  return [...el("region").options].find((option) => option.value === code)?.textContent ?? code;
}
