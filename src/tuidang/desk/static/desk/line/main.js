// A volunteer's telephone, put together: the state that the hotline writes, the telephone, the page.
import { enterNames, goOn, showNames, stand, standAgain } from "./beside.js";
import { listen } from "./buttons.js";
import { keepOnDuty, order, readState, readTelephone } from "./desk.js";
import { at, line, note, say, show, showConversation, showPressed, words } from "./page.js";
import { allowRing, canRing, hush, play, ring } from "./ring.js";
import { choose, close, listDevices, measure, openMicrophone, speakThrough } from "./sound.js";
import { Telephone } from "./telephone.js";

const HEARTBEAT = 20; // seconds
const REFRESH = 45;
const RENEW = 15; // seconds without a telephone after which another one is asked for
const ANEW = 500; // milliseconds after a refusal until another one is asked for
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
const TALKS = ["talking", "held", "gone"]; // what the hotline says of who is in a call

const heard = {
  changed: () => render(),
  // The hotline has not told Asterisk yet who sits here; or Asterisk was started anew, and its secrets are others.
  refused: () => setTimeout(open, ANEW),
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
  const loose = now === "cut" ? "starting" : telephone?.isLoose ? "loose" : "";
  note(deaf >= DEAF ? "deaf" : loose || fault || (canRing() ? mine?.note : "touch"));
  showConversation(now, state);
  showPressed(at.mute, Boolean(telephone?.isMuted));
  if (now === "ringing" && shown !== "ringing") ring(ringWords);
  if (now !== "ringing") hush();
  shown = now;
  if (TALKS.includes(mine?.state)) stand(mine.call);
  goOn(now);
  showNames(now);
}

// With the language of the caller, as soon as it is known: one may have another tab open.
function ringWords() {
  const about = state?.me?.about;
  return about ? words.ringing.replace("{about}", about) : words.rings;
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
  names: enterNames,
  end() {
    ask("end");
    const session = telephone.session;
    setTimeout(() => { if (session && session === telephone.session) telephone.hangUp(); }, UNHEARD * 1000);
  },
  try: () => play(),
};

listen(ask, () => shown === "held", does, () => allowRing().then(render));
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
addEventListener("beforeunload", (event) => { if (telephone?.isUp && !line.dataset.leaving) event.preventDefault(); });
addEventListener("offline", () => render());
addEventListener("online", () => telephone?.refresh());

function tick() {
  ticks += 1;
  look();
  if (!deaf) standAgain();
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
