// How rare a name is, and others to choose from, without a network. It only advises: what is published is decided on arrival.
const PER = 1e7;
const TITLES = /^(.{1,2})(先生|女士|小姐|太太|老师|师傅|大爷|大妈|叔叔|阿姨|哥|姐|叔|姨|伯|婶|嫂|爷|婆|总|工)$/;
const NICKNAME = /^(?:[老小大阿][\u4e00-\u9fff]|([\u4e00-\u9fff])\1|[\u4e00-\u9fff])$/;
const ANONYMOUS = /^(?:[\u4e00-\u9fff]{0,2}某[\u4e00-\u9fff]{0,2}|匿名.?|无名.?|佚名|化名|网友|[\u4e00-\u9fff]{1,2}氏|[\u4e00-\u9fff]{0,2}[xX×*○〇□]{1,3})$/;
const HAN = /^[\u4e00-\u9fff]{2,4}$/;

const asMap = (runs) => new Map(runs.flatMap(([people, names]) => names.split(" ").map((name) => [name, people / PER])));
const inTwos = (text) => text.match(/../gu) ?? [];

export class Names {
  constructor(table) {
    this.threshold = table.threshold;
    this.people = table.people; // by region; "" is not said
    this.surnames = asMap(table.surnames);
    this.given = asMap(table.given);
    this.rare = new Set([...table.rare, ...inTwos(table.pairs)]);
    this.words = inTwos(table.words);
    this.known = new Set(this.words);
    this.traditional = new Map(inTwos(table.traditional).map(([simple, other]) => [simple, other]));
    this.simplified = new Map([...this.traditional].map(([simple, other]) => [other, simple]));
  }

  // { kind: "nobody" | "unknown" | "full", bearers, surname }: bearers is undefined where the table does not know.
  read(name, region) {
    const bare = [...name.normalize("NFKC")].filter((sign) => !/[\s·•.・*_-]/.test(sign)).map((sign) => this.simplified.get(sign) ?? sign).join("");
    const crossed = name.normalize("NFKC").replace(/\s/g, "");
    if (this.known.has(bare) || ANONYMOUS.test(crossed) || NICKNAME.test(bare)) return { kind: "nobody" };
    if (this.given.has(bare) || this.isSurname(bare)) return { kind: "nobody" };
    const titled = TITLES.exec(bare);
    if (titled && this.isSurname(titled[1])) return { kind: "nobody" };
    if (!HAN.test(bare)) return { kind: "unknown" };
    const length = bare.length > 2 && this.isSurname(bare.slice(0, 2)) ? 2 : this.isSurname(bare[0]) && bare.length < 4 ? 1 : 0;
    if (!length) return { kind: "unknown" };
    const share = (this.surnames.get(bare.slice(0, length)) ?? NaN) * (this.given.get(bare.slice(length)) ?? NaN) * (this.people[region] ?? NaN);
    return { kind: "full", bearers: Number.isFinite(share) ? Math.round(share) : undefined, surname: [...name.trim()].slice(0, length).join("") };
  }

  isSurname(text) {
    return this.surnames.has(text) || this.rare.has(text);
  }

  isRare(read) {
    return read.kind === "full" && !(read.bearers >= this.threshold);
  }

  // Half words that are nobody's name, half full names that hide their bearer, mixed.
  propose(count, region, traditional) {
    const surnames = [...this.surnames].slice(0, 20), given = [...this.given].slice(0, 100), safe = [];
    for (const [surname, some] of surnames) {
      for (const [name, share] of given) if (some * share * this.people[region] >= 3 * this.threshold) safe.push(surname + name);
    }
    const chosen = draw(safe, count >> 1);
    chosen.push(...draw(this.words, count - chosen.length));
    return draw(chosen, chosen.length).map((name) => (traditional ? [...name].map((sign) => this.traditional.get(sign) ?? sign).join("") : name));
  }
}

// Two figures, as it is an estimate.
export function rounded(number, language) {
  const step = 10 ** Math.max(0, String(number).length - 2);
  const about = Math.floor(number / step) * step;
  if (language === "en" || about < 1e4) return about.toLocaleString("en").replaceAll(",", "\u202f");
  const wan = about / 1e4;
  return `${wan >= 10 ? Math.floor(wan) : Math.floor(wan * 10) / 10}${language === "zh-hant" ? "萬" : "万"}`;
}

function draw(list, count) {
  const left = [...list], drawn = [];
  while (drawn.length < count && left.length) drawn.push(...left.splice(random(left.length), 1));
  return drawn;
}

function random(bound) {
  return Math.floor((crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * bound);
}
