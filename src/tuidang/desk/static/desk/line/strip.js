// On every other screen of the desk: what the telephone does, so that a call never leaves the screen.
const strip = document.querySelector("#line-strip");
const words = JSON.parse(document.querySelector("#line-words").textContent);
const says = strip.querySelector("[role=status]");

async function look() {
  let text = "";
  try {
    const answer = await fetch(strip.dataset.state, { redirect: "error", signal: AbortSignal.timeout(5000) });
    const { duty, me, strip: now } = await answer.json();
    strip.hidden = !duty;
    text = words[now] ?? "";
    strip.classList.toggle("rings", me?.state === "ringing");
    text = text.replace("{about}", me?.about ?? "");
  } catch {
    text = words.deaf;
  }
  if (says.textContent !== text) says.textContent = text;
}

look();
setInterval(look, 2000);
