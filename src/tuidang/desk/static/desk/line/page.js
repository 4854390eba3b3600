// The line's state put into the page: what is shown, what can be pressed, what is said. Words come from the server.

const line = document.querySelector("#line");
const words = JSON.parse(document.querySelector("#line-words").textContent);
const at = Object.fromEntries([...line.querySelectorAll("[id]")].map((element) => [element.id, element]));

export { at, line, words };

// Show one state: parts of the page name the states in which they are there. What is hidden cannot be pressed by a key.
export function show(state) {
  if (line.dataset.at === state) return;
  line.dataset.at = state;
  for (const part of line.querySelectorAll("[data-when]")) {
    showIf(part, part.dataset.when.split(" ").includes(state));
  }
}

export function showIf(part, isThere) {
  part.hidden = !isThere;
  for (const button of part.querySelectorAll("button, input")) {
    button.disabled = part.hidden;
    const key = (button.dataset.shortcut ??= button.getAttribute("aria-keyshortcuts") ?? "");
    if (key && !part.hidden) button.setAttribute("aria-keyshortcuts", key);
    else button.removeAttribute("aria-keyshortcuts");
  }
}

// Said aloud by a screen reader when it changes, once.
export function say(key, about = "") {
  write(at.says, about ? (words[key] ?? key).replace("{about}", about) : words[key] ?? key);
}

// A line under it; nothing takes it away.
export function note(key) {
  write(at.note, words[key] ?? "");
  at.note.hidden = !words[key];
}

// All that the hotline says of the line, and of who else is there.
export function showConversation(now, state) {
  const mine = state?.me;
  const about = now === "ready" || now === "away" ? "" : mine?.about;
  showCall([about, mine?.region, mine?.often], mine?.call ? mine.seconds : null);
  showWaiting(state?.waiting ?? []);
  showPeople(state?.people ?? [], mine?.with ?? []);
  showMarks(mine?.marked, mine?.kind === "hotline" && (now === "talking" || now === "held"));
  showIf(at.ends, now === "wrap-up" && Boolean(mine?.kind));
  at.leave.hidden = at.leave.disabled = !mine?.with.length || now !== "talking";
  showPressed(at.hold, now === "held");
  // Once it is over, how it ended is pressed here: the buttons beside it would lead nowhere.
  if (now === "wrap-up") at.beside?.contentDocument?.querySelector("details.ended")?.remove();
}

function showCall(facts, seconds) {
  write(at.about, facts.filter(Boolean).join(" · "));
  write(at.clock, seconds === null ? "" : clock(seconds));
}

export function showPressed(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
}

// How who calls was marked in this call; pressed again, a mark is taken back.
function showMarks(marked, isThere) {
  showIf(at.marks, isThere);
  for (const button of at.marks.querySelectorAll("button")) {
    const isGiven = button.dataset.mark === marked;
    showPressed(button, isGiven);
    button.value = isGiven ? "unmark" : button.dataset.mark;
  }
}

// Who waits, longest first.
function showWaiting(waiting) {
  at.nobody.hidden = waiting.length > 0;
  fill(at.waiting, waiting, (row, one) => {
    write(row.firstElementChild, one.about);
    write(row.lastElementChild, clock(one.since));
  });
}

// Who else is on duty: in the list beside, and in the dialogue from which a call is handed on.
function showPeople(people, isWith) {
  at.alone.hidden = people.length > 0;
  fill(at.people, people, (row, one) => {
    write(row.firstElementChild, one.name);
    write(row.lastElementChild, one.words);
  });
  fill(at.colleagues, people, (row, one) => {
    const [name, handOn, bringIn] = row.children;
    write(name, `${one.name} · ${one.words}`);
    for (const button of [handOn, bringIn]) {
      button.value = `desk:${one.desk}`;
      button.disabled = !one.isFree;
    }
  });
  write(at.together, isWith.length ? words.together.replace("{names}", isWith.join(", ")) : "");
}

function fill(list, items, put) {
  const rows = list.querySelectorAll("li");
  const model = list.querySelector("template").content.firstElementChild;
  items.forEach((item, place) => put(rows[place] ?? list.appendChild(model.cloneNode(true)), item));
  [...rows].slice(items.length).forEach((row) => row.remove());
}

// Only what is another is written: a screen reader hears each change.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
