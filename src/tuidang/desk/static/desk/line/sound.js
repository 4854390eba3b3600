// Microphone, loudspeaker, and how loud one is. Which were chosen is forgotten when the tab is closed.

const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FLOOR = -60; // decibels below the loudest there is: silence

// Open the microphone that was chosen, or the usual one where that is gone.
export async function openMicrophone() {
  const chosen = sessionStorage.getItem("audioinput");
  if (chosen) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { ...CLEAN, deviceId: { exact: chosen } } });
    } catch (error) {
      if (error.name === "NotAllowedError") throw error;
    }
  }
  return navigator.mediaDevices.getUserMedia({ audio: CLEAN });
}

export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

// Fill a list with the devices there are; without choice (Firefox gives no loudspeakers) its field is hidden.
export async function listDevices(select) {
  const kind = select.dataset.kind;
  const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === kind && one.deviceId);
  const chosen = sessionStorage.getItem(kind);
  select.replaceChildren(...found.map((one) => new Option(one.label, one.deviceId, false, one.deviceId === chosen)));
  select.closest(".field").hidden = found.length < 2 || (kind === "audiooutput" && !("setSinkId" in HTMLMediaElement.prototype));
}

export function choose(select) {
  sessionStorage.setItem(select.dataset.kind, select.value);
}

// Let an element speak through the loudspeaker that was chosen.
export async function speakThrough(element) {
  const chosen = sessionStorage.getItem("audiooutput");
  if (!chosen || !element.setSinkId) return;
  try {
    await element.setSinkId(chosen);
  } catch {
    await element.setSinkId(""); // unplugged: the usual one
  }
}

// Show on a <meter> how loud a stream is, until the function that is returned is called. `told` is given the loudness.
export function measure(stream, element, told = () => {}) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const wave = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(wave);
    const power = wave.reduce((sum, one) => sum + one * one, 0) / wave.length;
    const loudness = Math.max(0, Math.min(1, 1 - 10 * Math.log10(power + 1e-9) / FLOOR));
    element.value = Math.max(loudness, element.value - 0.08); // falls slowly, so that the eye can follow
    told(loudness);
  }, 80);
  return () => {
    clearInterval(timer);
    element.value = 0;
    if (context.state !== "closed") context.close();
  };
}
