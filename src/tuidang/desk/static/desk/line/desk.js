// What the page asks of the web server: the state of the line, and orders to the hotline.

const form = document.querySelector("#line");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

// The state of the line now; null when the server cannot be asked, or has forgotten us.
export async function readState() {
  try {
    const answer = await fetch(form.dataset.state, { signal: AbortSignal.timeout(5000), redirect: "error" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// With what the telephone signs in; null when there is none at this moment.
export async function readTelephone() {
  const answer = await send(form.dataset.telephone, {});
  const access = answer?.ok ? await answer.json() : {};
  return access.name ? access : null;
}

export async function keepOnDuty() {
  await send(form.dataset.here, {});
}

// Ask something of the hotline; gives what went wrong, "" if it was taken.
export async function order(verb, argument = "") {
  const answer = await send(form.dataset.order, { verb, argument });
  if (answer?.ok) return "";
  return answer?.status === 429 ? "too-often" : "refused";
}

async function send(where, fields) {
  try {
    return await fetch(where, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(5000),
      redirect: "error",
    });
  } catch {
    return null;
  }
}
