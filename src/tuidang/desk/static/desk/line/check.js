// Before one goes on duty: is there a microphone, does it hear, and which loudspeaker rings.
import { allowRing, play } from "./ring.js";
import { choose, close, listDevices, measure, openMicrophone } from "./sound.js";

const at = Object.fromEntries([...document.querySelectorAll("#check, #check [id]")].map((element) => [element.id, element]));
let stream = null;
let stopMeter = () => {};

async function open() {
  stopMeter();
  close(stream);
  try {
    stream = await openMicrophone();
  } catch {
    at.refused.textContent = at.check.dataset.words;
    at.refused.hidden = false;
    return;
  }
  stopMeter = measure(stream, at.loudness);
  at.refused.hidden = true;
  at.opened.hidden = false;
  at.devices.querySelectorAll("select").forEach(listDevices);
}

at.open.addEventListener("click", open);
at.play.addEventListener("click", async () => {
  await allowRing();
  play();
});
at.devices.addEventListener("change", ({ target }) => {
  choose(target);
  if (target.dataset.kind === "audioinput") open();
});
addEventListener("pagehide", () => close(stream));
