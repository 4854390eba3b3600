// What tells a volunteer that somebody rings: two soft notes of our own making, and a title that changes.

const NOTES = [659.26, 523.25]; // hertz: e'' and c''
const EACH = 0.45; // seconds
const PAUSE = 2600; // milliseconds from one ring to the next
const BLINK = 1000;

const title = document.title;
let context = null;
let timers = [];

// Browsers let a page sound only after somebody has touched it. Tells whether it may.
export function canRing() {
  context ??= new AudioContext();
  return context.state === "running";
}

// To be called when somebody has just pressed something.
export async function allowRing() {
  canRing();
  await context.resume();
}

// `words` gives what the title says; it is asked at each turn.
export function ring(words) {
  hush();
  let isOn = false;
  const blink = () => {
    isOn = !isOn;
    document.title = isOn ? words() : title;
  };
  play();
  blink();
  timers = [setInterval(play, PAUSE), setInterval(blink, BLINK)];
}

export function hush() {
  timers.forEach(clearInterval);
  timers = [];
  document.title = title;
}

// One ring, also to try the loudspeaker.
export function play() {
  if (!canRing()) return;
  NOTES.forEach((hertz, place) => {
    const from = context.currentTime + place * EACH;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.25, from + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 2 * EACH);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 2 * EACH);
  });
}
