// Where one stands: sites are added once by their team's code, then chosen with one press.
import { el, make, say, settings, show, warn, word, wrong } from "./screens.js";
import * as store from "./store.js";
import { ask } from "./sync.js";

const FORM = /^[2-9A-HJKMNP-TV-Z]{24}$/;

export class Sites {
  constructor(chosen, renewed) {
    this.chosen = chosen; // called when a site was chosen
    this.renewed = renewed; // called when a site has a new code
    this.site = undefined;
    this.refused = new Map(); // sites whose code is not known any more
    el("go-sites").onclick = () => this.open();
    el("site-form").onsubmit = (event) => { event.preventDefault(); this.add(); };
  }

  async begin() {
    const code = await store.chosenSite();
    const site = (await store.allSites()).find((one) => one.code === code);
    if (site) this.take(site);
    else await this.open();
  }

  // Opens the screen on which a code is given; `mended`: for this site, which is here already.
  async open(mended) {
    this.mended = mended;
    el("team-for").textContent = mended?.name ?? "";
    el("add-site").textContent = word(mended ? "new-code" : "add-site");
    el("sites").hidden = Boolean(mended);
    wrong("team", "");
    const sites = await store.allSites();
    el("sites").replaceChildren(...sites.map((site) => {
      const button = make("button", { className: "door", onclick: () => this.choose(site) }, make("b", { textContent: site.name }), make("span", { textContent: `${regionName(site.region)} · ${site.code}` }));
      return make("li", {}, button);
    }));
    show("sites");
    if (mended) el("team").focus();
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
    this.heard(site, true);
    if (this.mended?.code !== site.code) return this.choose(site);
    await store.chooseSite(site.code);
    this.put(site);
    this.renewed();
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
    this.put(site);
    this.chosen();
    this.renew(site);
  }

  put(site) {
    this.site = site;
    el("go-sites").textContent = site.name;
    el("go-sites").hidden = el("menu").hidden = false;
    warn("closed", site.open ? "" : word("site-closed"));
    say(site.name);
  }

  // What the other side says of a site's code: as long as one is refused, a new one can be given.
  heard(site, isKnown) {
    if (isKnown) this.refused.delete(site.code);
    else this.refused.set(site.code, site);
    const [first] = this.refused.values();
    warn("code", ""); // the button is for the first of them
    if (first) warn("code", word("code-refused"), { word: word("new-code"), act: () => this.open(first) });
    el("kept").hidden = this.refused.size > 0; // that it works without a network is no comfort now
  }

  // Whether the site is still open is asked where there is a network, and believed where there is none.
  async renew(site) {
    try {
      const answer = await ask(settings.site, site.team, {});
      if (answer.status === 401) return this.heard(site, false);
      if (!answer.ok) return;
      const known = { ...(await answer.json()), team: site.team };
      await store.keepSite(known);
      this.heard(known, true);
      if (this.site.code !== known.code) return;
      this.site = known;
      warn("closed", known.open ? "" : word("site-closed"));
    } catch { /* no network */ }
  }
}

export function regionName(code) {
  return [...el("region").options].find((option) => option.value === code)?.textContent ?? code;
}
