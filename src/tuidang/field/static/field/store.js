// What the phone keeps: sealed entries with a number, a day and a state; sites with their codes. Nothing readable of anybody.
//
//   entries  { ordinal, uuid, week, day, site, sealed, state: "waiting" or "handed" or "late" }, once sent { ordinal, day, state: "sent" }
//   sites    { code, name, region, open, team }
//   choices  { name: "site", value }
const NAME = "field";
const DURABLE = { durability: "strict" }; // on the disk before the receipt is shown

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "ordinal", autoIncrement: true }).createIndex("uuid", "uuid", { unique: true });
      request.result.createObjectStore("sites", { keyPath: "code" });
      request.result.createObjectStore("choices", { keyPath: "name" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => { opened = undefined; });
  return opened;
}

async function change(store, act) {
  const transaction = (await database()).transaction(store, "readwrite", DURABLE);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("not stored"));
  });
  act(transaction.objectStore(store));
  await done;
}

async function read(store, ask) {
  const request = ask((await database()).transaction(store).objectStore(store));
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const allEntries = () => read("entries", (store) => store.getAll());
export const allSites = () => read("sites", (store) => store.getAll());
export const chosenSite = async () => (await read("choices", (store) => store.get("site")))?.value;
export const keepSite = (site) => change("sites", (store) => store.put(site));
export const chooseSite = (code) => change("choices", (store) => store.put({ name: "site", value: code }));
export const addEntry = (entry) => change("entries", (store) => store.add({ ...entry, state: "waiting" }));
export const removeEntry = (ordinal) => change("entries", (store) => store.delete(ordinal));
export const clearEntries = () => change("entries", (store) => store.clear());

export const isUnsent = (entry) => entry.state === "waiting" || entry.state === "handed";
export const unsent = async () => (await allEntries()).filter(isUnsent);

// Takes sealed entries of another phone in; those that are here already stay as they are. Gives how many are new.
export async function takeIn(entries, site, day) {
  const known = new Set((await allEntries()).map((entry) => entry.uuid));
  const fresh = entries.filter((entry) => !known.has(entry.uuid));
  if (fresh.length) await change("entries", (store) => { for (const one of fresh) store.add({ ...one, site, day, state: "waiting" }); });
  return fresh.length;
}

// Goes through all entries in one transaction, so that none comes back that was deleted meanwhile.
const changeEach = (anew) => change("entries", (store) => {
  store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const changed = isUnsent(cursor.value) && anew(cursor.value);
    if (changed) cursor.update(changed);
    cursor.continue();
  };
});

// Writes down what the other side answered, by uuid: of what it keeps, the number stays here, and nothing else.
export const settle = (answers) => changeEach((entry) => {
  if (answers[entry.uuid] === "kept") return { ordinal: entry.ordinal, day: entry.day, state: "sent" };
  return answers[entry.uuid] === "late" && { ...entry, state: "late" };
});

export const markHanded = (uuids) => changeEach((entry) => uuids.has(entry.uuid) && { ...entry, state: "handed" });

// Takes the whole store off the phone.
export async function removeStore() {
  (await database()).close();
  opened = undefined;
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = resolve;
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("the store is in use"));
  });
}
