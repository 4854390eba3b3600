// The page of a volunteer who is rung at his own telephone: what the hotline says of the line, and what can be ordered.
// He is on duty as long as it is open. The call does not depend on it: that is between two telephones.
import { enterNames, goOn, showNames, stand, standAgain } from "./beside.js";
import { listen } from "./buttons.js";
import { keepOnDuty, order, readState } from "./desk.js";
import { line, note, say, show, showConversation } from "./page.js";

const HEARTBEAT = 20; // seconds
const DEAF = 4; // seconds without an answer of the server after which it is said

let state = null; // as the server told it last
let ticks = 0;
let deaf = 0; // seconds since then
let fault = ""; // what went wrong last, said until it goes well
let shown = "";

async function look() {
  const now = await readState();
  deaf = now ? 0 : deaf + 1;
  state = now ?? state;
  if (state && !state.duty) location.reload(); // off duty, or signed out
  render();
}

function stateNow() {
  const mine = state?.me;
  if (mine?.call && state.cutOff) return "cut";
  if (mine?.call) return ["ringing", "held"].includes(mine.state) ? mine.state : "talking";
  if (mine?.state === "wrap-up") return "wrap-up";
  if (deaf >= DEAF || !state) return "deaf";
  if (!state.hotline || state.cutOff) return "down";
  return state.duty.ready ? "ready" : "away";
}

function render() {
  const mine = state?.me;
  shown = stateNow();
  show(shown);
  say(shown === "ringing" && !mine?.about ? "rings" : shown, mine?.about);
  note(deaf >= DEAF ? "deaf" : shown === "cut" ? "starting" : fault || mine?.note);
  showConversation(shown, state);
  if (["talking", "held"].includes(shown)) stand(mine.call);
  goOn(shown);
  showNames(shown);
}

// Order something; what was not taken is said until something is.
async function ask(verb, argument) {
  fault = await order(verb, argument);
  await look();
}

function tick() {
  ticks += 1;
  look();
  if (!deaf) standAgain();
  if (ticks % HEARTBEAT === 0) keepOnDuty();
}

listen(ask, () => shown === "held", { names: enterNames });
look();
new Worker(line.dataset.ticker).addEventListener("message", tick);
