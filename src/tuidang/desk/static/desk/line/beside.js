// What stands beside the call: a page of its own in a frame, there from the answer until the next call.
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
