// The page of a mirror that checks it: checkpoint, one statement, or the whole log, in the reader's own browser.
// `noble` (Ed25519, SHA-256) stands above it in one file; docs/reference/public-folder.md says what is checked.
const WIDTH = 256;
const HASH = 32;
const section = document.getElementById("check");
const part = (name) => section.querySelector(`[data-part="${name}"]`);
const button = (name) => section.querySelector(`[data-do="${name}"]`);
const said = part("said");
const bar = part("progress");
const keyField = document.getElementById("check-key");
const leafField = document.getElementById("check-leaf");
const chooser = document.getElementById("check-folder");
const isFile = location.protocol === "file:";
let chosen = null; // the files of the folder that the reader chose, by their path below log/
let running = false;

class Wrong extends Error {
  constructor(word, values = {}) {
    super(word);
    this.word = word;
    this.values = values;
  }
}

function words(name, values = {}) {
  const text = section.querySelector(`template[data-word="${name}"]`).content.textContent;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

function say(name, values, kind = "notice") {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = words(name, values);
  said.append(line);
}

// Bytes

const join = (...pieces) => {
  const all = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of pieces) {
    all.set(one, at);
    at += one.length;
  }
  return all;
};
const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new Error("base64");
  return bytes;
}

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

// Files: from the server, or from the folder that was chosen

async function read(path) {
  if (chosen) {
    const file = chosen.get(path);
    return file ? new Uint8Array(await file.arrayBuffer()) : null;
  }
  const answer = await fetch(`${section.dataset.root}log/${path}`, { cache: "no-store", redirect: "error" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function need(path) {
  const bytes = await read(path);
  if (!bytes) throw new Wrong("missing", { file: `log/${path}` });
  return bytes;
}

function numbered(number) {
  let path = String(number % 1000).padStart(3, "0");
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return path;
}

const suffix = (width) => (width === WIDTH ? "" : `.p/${width}`);
const altered = (path) => new Wrong("altered", { file: `log/${path}` });

// The checkpoint

function readKey(text) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  if (!found) throw new Wrong("badkey");
  let raw;
  try {
    raw = fromBase64(found[3]);
  } catch {
    throw new Wrong("badkey");
  }
  const id = noble.sha256(join(encode(`${found[1]}\n`), raw)).slice(0, 4);
  const hex = [...id].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (raw.length !== 33 || raw[0] !== 1 || hex !== found[2]) throw new Wrong("badkey");
  return { name: found[1], id, key: raw.slice(1) };
}

function openCheckpoint(bytes, key) {
  const note = decode(bytes);
  const cut = note.lastIndexOf("\n\n");
  const text = note.slice(0, cut + 1);
  const lines = note.slice(cut + 2).split("\n").slice(0, -1);
  const ours = lines
    .map((line) => /^\u2014 (\S+) ([A-Za-z0-9+/=]+)$/.exec(line))
    .filter((found) => found && found[1] === key.name)
    .map((found) => fromBase64(found[2]))
    .find((raw) => equal(raw.slice(0, 4), key.id));
  const [origin, size, root] = text.split("\n");
  if (cut < 0 || !ours || origin !== key.name || !/^(0|[1-9]\d{0,14})$/.test(size)) throw new Wrong("unsigned");
  if (!noble.ed25519.verify(ours.slice(4), encode(text), key.key, { zip215: false })) throw new Wrong("unsigned");
  return { origin, size: Number(size), root: fromBase64(root) };
}

// The tree (RFC 6962, in tiles of 256 hashes)

const node = (left, right) => noble.sha256(join(Uint8Array.of(1), left, right));
const leafHash = (entry) => noble.sha256(join(Uint8Array.of(0), entry));
const hashAt = (tile, place) => tile.subarray(place * HASH, (place + 1) * HASH);

function perfectRoot(tile) {
  let row = [];
  for (let at = 0; at < tile.length; at += HASH) row.push(tile.subarray(at, at + HASH));
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at < row.length; at += 2) above.push(node(row[at], row[at + 1]));
    row = above;
  }
  return row[0];
}

class Tree {
  constructor(checkpoint) {
    this.size = checkpoint.size;
    this.root = checkpoint.root;
    this.sound = new Map(); // tiles above the leaves that are known to be under the root
  }

  width(level, number) {
    return Math.max(0, Math.min(WIDTH, Math.floor(this.size / WIDTH ** level) - number * WIDTH));
  }

  path(level, number) {
    return `tile/${level}/${numbered(number)}${suffix(this.width(level, number))}`;
  }

  async tile(level, number) {
    const path = this.path(level, number);
    const tile = await need(path);
    if (tile.length !== this.width(level, number) * HASH) throw altered(path);
    return tile;
  }

  // The partial tiles at the right edge lead to the root together.
  async checkEdge() {
    const roots = [];
    const paths = [];
    for (let level = 0; WIDTH ** level <= this.size; level += 1) {
      const number = Math.floor(Math.floor(this.size / WIDTH ** level) / WIDTH);
      const width = this.width(level, number);
      if (!width) continue;
      const tile = await this.tile(level, number);
      paths.unshift(this.path(level, number));
      this.sound.set(this.path(level, number), tile);
      const own = [];
      let at = 0;
      for (let half = WIDTH / 2; half >= 1; half /= 2) {
        if (width & half) {
          own.push(perfectRoot(tile.subarray(at * HASH, (at + half) * HASH)));
          at += half;
        }
      }
      roots.unshift(...own);
    }
    const root = this.size ? roots.reduceRight((right, left) => node(left, right)) : noble.sha256(new Uint8Array());
    if (!equal(root, this.root)) throw altered(paths.join(", log/"));
  }

  // A tile that is known to be under the root; whatever stands above it is looked at once.
  async soundTile(level, number) {
    const path = this.path(level, number);
    const known = this.sound.get(path);
    if (known) return known;
    const tile = await this.tile(level, number);
    const parent = await this.soundTile(level + 1, Math.floor(number / WIDTH));
    if (!equal(perfectRoot(tile), hashAt(parent, number % WIDTH))) throw altered(path);
    if (level > 0) this.sound.set(path, tile);
    return tile;
  }

  async entries(number) {
    const width = this.width(0, number);
    const path = `tile/entries/${numbered(number)}${suffix(width)}`;
    const bundle = await need(path);
    const tile = await this.soundTile(0, number);
    const found = [];
    for (let at = 0; at < bundle.length; ) {
      const length = (bundle[at] << 8) | bundle[at + 1];
      found.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    const right = found.length === width && found.every((entry, place) => equal(leafHash(entry), hashAt(tile, place)));
    if (!right) throw altered(path);
    return found;
  }
}

// Records: a day's file is of gzip members, of which browsers unpack one at a time

async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function* members(bytes) {
  const begins = [];
  for (let at = 0; at + 3 < bytes.length; at += 1) {
    if (bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && bytes[at + 3] === 0) begins.push(at);
  }
  for (let first = 0; first < begins.length; ) {
    let next = first + 1; // what looks like a beginning may be one only by chance
    for (;;) {
      try {
        yield await unpack(bytes.subarray(begins[first], begins[next] ?? bytes.length));
        break;
      } catch (error) {
        if (next >= begins.length) throw error;
        next += 1;
      }
    }
    first = next;
  }
}

async function findRecord(leaf, day) {
  const path = `statements/${day.replaceAll("-", "/")}.jsonl.gz`;
  const packed = await read(path);
  if (!packed) return null;
  try {
    for await (const lines of members(packed)) {
      for (const line of decode(lines).split("\n")) {
        if (line.startsWith(`{"leaf":${leaf},`)) return { path, line: JSON.parse(line) };
      }
    }
  } catch {
    throw new Wrong("unfit", { file: `log/${path}` });
  }
  return null;
}

async function showStatement(leaf, entry) {
  const fields = JSON.parse(decode(entry));
  if (fields.kind !== "statement") return say("notice", { leaf });
  say("included", { leaf, day: fields.day });
  const found = await findRecord(leaf, fields.day);
  if (!found) return say("gone");
  const { record, salt } = found.line;
  const made = noble.sha256(join(encode("tuidang/record/v1\n"), fromBase64(salt), encode(record)));
  if (toBase64(made) !== fields.commitment) throw new Wrong("unfit", { file: `log/${found.path}` });
  say("fits");
  const { name, place, text, lang } = JSON.parse(record);
  const letter = document.createElement("article");
  letter.className = "letter";
  letter.lang = lang;
  for (const words of [name, place, text]) {
    const line = document.createElement("p");
    line.className = "words";
    line.textContent = words;
    if (words) letter.append(line);
  }
  said.append(letter);
}

// What the buttons do

async function begin() {
  if (isFile && !chosen) throw new Wrong("choose");
  const key = readKey(keyField.value);
  const checkpoint = openCheckpoint(await need("checkpoint"), key);
  const tree = new Tree(checkpoint);
  await tree.checkEdge();
  say("signed", { log: checkpoint.origin, size: checkpoint.size });
  return tree;
}

async function checkOne() {
  const tree = await begin();
  const typed = leafField.value.trim();
  if (!typed) return;
  const leaf = Number(typed);
  if (!/^\d+$/.test(typed) || leaf >= tree.size) throw new Wrong("beyond", { size: tree.size });
  const entries = await tree.entries(Math.floor(leaf / WIDTH));
  await showStatement(leaf, entries[leaf % WIDTH]);
}

async function checkAll() {
  const tree = await begin();
  const line = document.createElement("p");
  said.append(line);
  bar.hidden = false;
  bar.max = Math.max(tree.size, 1);
  for (let done = 0; done < tree.size && running; done += WIDTH) {
    bar.value = done;
    line.textContent = words("running", { done, size: tree.size });
    await tree.entries(done / WIDTH);
    await new Promise((go) => setTimeout(go)); // so that the page still answers
  }
  line.remove();
  say(running ? "whole" : "stopped", { size: tree.size });
}

async function run(work) {
  if (running) return;
  running = true;
  said.replaceChildren();
  button("stop").hidden = false;
  try {
    await work();
  } catch (error) {
    if (error instanceof Wrong) say(error.word, error.values, "warning");
    else say("fault", { why: error.message }, "warning");
  } finally {
    running = false;
    bar.hidden = true;
    button("stop").hidden = true;
  }
}

function choose() {
  const files = [...chooser.files].map((file) => [file.webkitRelativePath, file]);
  const heads = files.map(([path]) => path).filter((path) => path.endsWith("/log/checkpoint"));
  const base = heads.sort((one, other) => one.length - other.length)[0]?.slice(0, -"checkpoint".length);
  chosen = base ? new Map(files.filter(([path]) => path.startsWith(base)).map(([path, file]) => [path.slice(base.length), file])) : null;
  if (chosen && leafField.value) run(checkOne);
}

function asked() {
  const leaf = /^#(\d{1,15})$/.exec(location.hash)?.[1];
  if (!leaf) return;
  leafField.value = leaf;
  section.scrollIntoView();
  if (!isFile || chosen) run(checkOne);
}

section.querySelector(".check-form").hidden = false;
part("folder").hidden = !isFile;
button("one").addEventListener("click", () => run(checkOne));
button("all").addEventListener("click", () => run(checkAll));
button("stop").addEventListener("click", () => { running = false; });
leafField.addEventListener("keydown", (event) => { if (event.key === "Enter") run(checkOne); });
chooser.addEventListener("change", choose);
addEventListener("hashchange", asked);
asked();
