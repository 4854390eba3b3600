// What stands beside the call: a page of its own in a frame, there from the answer until its volunteer goes on
// and nothing in it waits for him.
import { at, showIf } from "./page.js";

const WRITES = ["talking", "held", "back", "cut", "wrap-up"]; // states in which people may be written down

let call = "";
let isFetching = false;

at.beside?.addEventListener("load", () => { isFetching = false; });

export function stand(now) {
  if (!at.beside || now === call) return;
  call = now;
  at.aside.hidden = false;
  fetchIt();
}

// What could not be fetched while the server was away is fetched once it is there: what was saved stands in it.
export function standAgain() {
  if (call && !isFetching && !at.beside.contentDocument) fetchIt();
}

function fetchIt() {
  isFetching = true;
  at.beside.src = at.beside.dataset.page.replace("CALL", call);
}

// Who goes on is done with the last call, but for a receipt still to be read out and names not confirmed.
const WAITS = ".now-read, [value=finish], [value=confirm]";

export function goOn(state) {
  const page = at.beside?.contentDocument;
  if (!call || !["ready", "away"].includes(state) || isFetching || !page) return;
  const names = [...page.querySelectorAll('input[name$=".name"]')];
  if (page.querySelector(WAITS) || names.some((name) => name.value)) return;
  call = "";
  at.aside.hidden = true;
}

export function showNames(state) {
  if (at.names) showIf(at.names, Boolean(call) && WRITES.includes(state));
}

// To the names, or to the receipt that is to be read.
export function enterNames() {
  const page = at.beside.contentDocument;
  const names = [...(page?.querySelectorAll('input[name$=".name"]') ?? [])];
  at.aside.scrollIntoView({ block: "nearest" });
  (page?.querySelector(".now-read .button") ?? names.find((name) => !name.value) ?? names.at(-1) ?? at.beside).focus();
}
