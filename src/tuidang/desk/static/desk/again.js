// Goes on by itself, where the page has a link that leads on, as soon as there is something else to see.
"use strict";

const again = document.querySelector("#again");

async function look() {
  try {
    const answer = await fetch(again.href);
    if (answer.ok && !(await answer.text()).includes('id="again"')) { location.assign(again.href); return; }
  } catch { /* the next look comes */ }
  setTimeout(look, 1500);
}

setTimeout(look, 1500);
