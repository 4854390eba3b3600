// A volunteer's telephone, put together: the state that the hotline writes, the telephone, the page.
import { keepOnDuty, order, readState, readTelephone } from "./desk.js";
import { at, line, note, say, show, showCall, showIf, showMarks, showPeople, showPressed, showWaiting, words } from "./page.js";
import { allowRing, canRing, hush, play, ring } from "./ring.js";
import { choose, close, listDevices, measure, openMicrophone, speakThrough } from "./sound.js";
import { Telephone } from "./telephone.js";

const HEARTBEAT = 20; // seconds
const REFRESH = 45;
const RENEW = 15; // seconds without a telephone after which another one is asked for
const DEAF = 4; // seconds without an answer of the server after which it is said
const UNHEARD = 5; // seconds after which the telephone itself ends what the hotline was asked to end

let telephone = null;
let microphone = null;
let stopMeter = () => {};
let state = null; // as the server told it last
let ticks = 0;
let deaf = 0; // seconds since then
let isOpening = false;
let isWayBack = false; // what rings is the conversation we were in
let unsigned = 0; // seconds for which the telephone was not signed in
let ghost = 0; // seconds for which the hotline knew nothing of the call that we are in
let fault = ""; // what went wrong last, said until it goes well
let shown = "";
let beside = ""; // the call whose people stand beside it
let isFetching = false; // these
const TALKS = ["talking", "held", "gone"]; // what the hotline says of who is in a call
const WRITES = ["talking", "held", "back", "cut", "wrap-up"]; // when people may be written down

const heard = {
  changed: () => render(),
  refused: () => open(), // Asterisk was started anew: its secrets are others now
  rings: comesIn,
  up(stream) {
    at.voice.srcObject = stream;
    speakThrough(at.voice);
    at.voice.play().catch(() => note("touch"));
    render();
  },
  over() {
    close(microphone);
    microphone = null;
    stopMeter();
    at.voice.srcObject = null;
    isWayBack = false;
    look();
  },
};

async function open() {
  if (isOpening) return;
  isOpening = true;
  const access = await readTelephone();
  if (access) {
    const wasUp = Boolean(telephone?.session);
    telephone?.close();
    telephone = new Telephone(access, heard);
    if (wasUp) heard.over(); // the old one does not tell any more: nobody listens to this microphone
  }
  isOpening = false;
}

async function comesIn(wayBack) {
  await look();
  const mine = state?.me;
  isWayBack = wayBack || Boolean(mine?.call && TALKS.includes(mine.state));
  if (isWayBack) answer();
  else render();
}

async function answer() {
  hush();
  close(microphone);
  try {
    microphone = await openMicrophone();
  } catch {
    fault = "microphone";
    telephone.refuse();
    ask("away");
    return;
  }
  fault = "";
  stopMeter();
  stopMeter = measure(microphone, at.loudness);
  telephone.answer(microphone);
  at.devices.querySelectorAll("select").forEach(listDevices);
}

async function look() {
  const now = await readState();
  deaf = now ? 0 : deaf + 1;
  state = now ?? state;
  if (state && !state.duty) location.reload(); // off duty, or signed out
  render();
}

// A conversation of which the hotline knows nothing is over: its end did not reach us.
function endGhost() {
  const isGhost = telephone?.isUp && state?.hotline && !state.me?.call;
  ghost = isGhost ? ghost + 1 : 0;
  if (ghost >= UNHEARD) telephone.hangUp();
}

function stateNow() {
  const mine = state?.me;
  if (telephone?.isRinging) return isWayBack ? "back" : "ringing";
  const lost = state?.cutOff ? "cut" : "back";
  if (telephone?.isUp) return telephone.isSilent ? lost : mine?.state === "held" ? "held" : "talking";
  if (mine?.call && TALKS.includes(mine.state)) return lost;
  if (mine?.state === "wrap-up") return "wrap-up";
  if (deaf >= DEAF || !state) return "deaf";
  if (!state.hotline || state.cutOff) return "down";
  if (!telephone?.isSignedIn) return "signing-in";
  return state.duty.ready ? "ready" : "away";
}

function render() {
  const now = stateNow();
  const mine = state?.me;
  show(now);
  say(now === "ringing" && !mine?.about ? "rings" : now, mine?.about);
  const about = now === "ready" || now === "away" ? "" : mine?.about;
  showCall([about, mine?.region, mine?.often], mine?.call ? mine.seconds : null);
  const loose = now === "cut" ? "starting" : telephone?.isLoose ? "loose" : "";
  note(deaf >= DEAF ? "deaf" : loose || fault || (canRing() ? mine?.note : "touch"));
  showWaiting(state?.waiting ?? []);
  showPeople(state?.people ?? [], mine?.with ?? []);
  showMarks(mine?.marked, mine?.kind === "hotline" && (now === "talking" || now === "held"));
  showIf(at.ends, now === "wrap-up" && Boolean(mine?.kind));
  stand(TALKS.includes(mine?.state) ? mine.call : "");
  if (at.names) showIf(at.names, Boolean(beside) && WRITES.includes(now));
  at.leave.hidden = at.leave.disabled = !mine?.with.length || now !== "talking";
  showPressed(at.mute, Boolean(telephone?.isMuted));
  showPressed(at.hold, now === "held");
  if (now === "ringing" && shown !== "ringing") ring(words.rings);
  if (now !== "ringing") hush();
  shown = now;
  // Once it is over, how it ended is pressed here: the buttons beside it would lead nowhere.
  if (now === "wrap-up") at.beside?.contentDocument?.querySelector("details.ended")?.remove();
}

// What stands beside the call is a page of its own in a frame, there from the answer until the next call.
function stand(call) {
  if (!at.beside || !call || call === beside) return;
  beside = call;
  fetchBeside();
  at.aside.hidden = false;
}

// A page that could not be fetched while the server was away is fetched once it is there: what was saved stands in it.
function standAgain() {
  if (beside && !deaf && !isFetching && !at.beside.contentDocument) fetchBeside();
}

function fetchBeside() {
  isFetching = true;
  at.beside.src = at.beside.dataset.page.replace("CALL", beside);
}

// Order something; what was not taken is said until something is.
async function ask(verb, argument) {
  const wrong = await order(verb, argument);
  if (wrong || ["refused", "too-often"].includes(fault)) fault = wrong;
  await look();
}

const does = {
  answer: () => answer(),
  refuse() {
    telephone.refuse();
    ask("refuse");
  },
  mute() {
    telephone.mute(!telephone.isMuted);
    render();
  },
  // To the names beside the call, or to the receipt that is to be read.
  names() {
    const page = at.beside.contentDocument;
    const names = [...(page?.querySelectorAll('input[name$=".name"]') ?? [])];
    at.aside.scrollIntoView({ block: "nearest" });
    (page?.querySelector(".now-read .button") ?? names.find((name) => !name.value) ?? names.at(-1) ?? at.beside).focus();
  },
  hold: () => ask(shown === "held" ? "resume" : "hold"),
  keypad: () => { at.keys.hidden = !at.keys.hidden; if (!at.keys.hidden) at.digits.focus(); },
  "hand-on": () => at["hand-on-to"].showModal(),
  coordinator: () => ask("conference", "coordinator"),
  leave: () => ask("leave"),
  end() {
    ask("end");
    const session = telephone.session;
    setTimeout(() => { if (session && session === telephone.session) telephone.hangUp(); }, UNHEARD * 1000);
  },
  done: () => ask("wrapped"),
  more: () => ask("more-time"),
  away: () => ask("away"),
  ready: () => ask("ready"),
  try: () => play(),
};

line.addEventListener("click", async (event) => {
  allowRing().then(render);
  const button = event.target.closest("button");
  if (button?.dataset.does) await does[button.dataset.does]();
  if (button?.dataset.order) {
    at["hand-on-to"].close();
    await ask(button.dataset.order, button.value);
  }
  if (button?.dataset.key) ask("keys", button.dataset.key);
});
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target === document.body && document.body.classList.contains("keyed")) {
    const first = line.querySelector(":enabled[aria-keyshortcuts=Space]");
    if (first) { event.preventDefault(); first.click(); }
  }
});
at.beside?.addEventListener("load", () => { isFetching = false; });
at.digits.addEventListener("input", () => {
  const keys = at.digits.value.replace(/[^0-9*#]/g, "");
  if (keys) ask("keys", keys);
  at.digits.value = "";
});
at.devices.addEventListener("change", async ({ target }) => {
  choose(target);
  await speakThrough(at.voice);
  if (microphone && target.dataset.kind === "audioinput") {
    const before = microphone;
    microphone = await openMicrophone();
    await telephone.changeMicrophone(microphone);
    close(before);
    stopMeter();
    stopMeter = measure(microphone, at.loudness);
  }
});
// Another page opens beside this one: the telephone is not put down by a look at the queue.
for (const link of document.querySelectorAll(".top a, .skip ~ footer a")) link.target = "_blank";
addEventListener("beforeunload", (event) => { if (telephone?.isUp && !line.dataset.leaving) event.preventDefault(); });
addEventListener("offline", () => render());
addEventListener("online", () => telephone?.refresh());

function tick() {
  ticks += 1;
  look();
  standAgain();
  endGhost();
  if (ticks % HEARTBEAT === 0) keepOnDuty();
  if (ticks % REFRESH === 0) telephone?.refresh();
  // Asterisk may have been started anew, or a telephone sent its word to one that was not ready yet.
  unsigned = telephone?.isSignedIn || telephone?.session ? 0 : unsigned + 1;
  if (unsigned && unsigned % (telephone ? RENEW : 5) === 0) open();
}

// One page has the telephone. A second one waits until the first is closed.
show("elsewhere");
say("elsewhere");
navigator.locks.request("telephone", async () => {
  await look();
  await open();
  new Worker(line.dataset.ticker).addEventListener("message", tick);
  at.devices.querySelectorAll("select").forEach(listDevices);
  await new Promise(() => {});
});
