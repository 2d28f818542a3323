// What every page of the preview does: it follows the files, and answers to the keyboard.
const body = document.body;
const root = body.dataset.root;
const statusText = document.getElementById("status-text");

/** Change something on the server. Resolves to what it answers; rejects with its words. */
export async function post(address, data = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  });
  const said = await answer.json().catch(() => ({ message: `the server answered ${answer.status}` }));
  if (!answer.ok) throw Object.assign(new Error(said.message), said);
  return said;
}

/** Load this page again. A view that holds unsaved work listens for "newsletter:changed" and prevents it. */
function renew() {
  const event = new CustomEvent("newsletter:changed", { cancelable: true });
  if (!document.dispatchEvent(event)) return;
  sessionStorage.setItem("newsletter-scroll", scrollY);
  sessionStorage.setItem("newsletter-focus", document.activeElement?.id ?? "");
  isRenewing = true;
  location.reload();
}

// The browser finds the place again when one comes back to a page, but what is new at its top would push it away.
let isRenewing = false;
addEventListener("pagehide", () => (history.scrollRestoration = isRenewing ? "manual" : "auto"));

function say(text, state) {
  if (statusText.textContent !== text) statusText.textContent = text; // or it would be read out each time
  document.getElementById("status").dataset.state = state;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Ask again and again whether the issue has changed, while somebody looks. */
async function follow() {
  let asking = new AbortController();
  document.addEventListener("visibilitychange", () => document.hidden && asking.abort());
  addEventListener("pagehide", () => asking.abort());
  for (;;) {
    if (document.hidden) {
      await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
      continue;
    }
    asking = new AbortController();
    try {
      const asked = performance.now();
      const answer = await fetch(`${root}live?serial=${body.dataset.serial}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(answer.status);
      const { serial } = await answer.json();
      say("Watching for changes", "live");
      if (String(serial) !== body.dataset.serial) {
        body.dataset.serial = serial;
        renew();
      } else if (performance.now() - asked < 1000) {
        await pause(1000); // too many pages wait: this one asks now and then
      }
    } catch (error) {
      if (error.name === "AbortError") continue;
      say("Not connected: is the preview still running?", "lost");
      await pause(1500);
    }
  }
}

/** Buttons that only tell the server something: data-post holds the address. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-post]");
  if (!button) return;
  button.disabled = true;
  await post(button.dataset.post).catch((error) => say(error.message, "lost"));
  button.disabled = false;
});

/** A page that was loaded again stays where it was scrolled, unless something new stands at its top. */
addEventListener("load", () => {
  const told = [...document.querySelectorAll(".trouble[role=alert] p, .notice b")].map((one) => one.textContent).join();
  const isNew = told !== "" && told !== sessionStorage.getItem("newsletter-told");
  const was = sessionStorage.getItem("newsletter-scroll");
  if (was !== null) {
    document.getElementById(sessionStorage.getItem("newsletter-focus"))?.focus({ preventScroll: true });
    requestAnimationFrame(() => scrollTo(0, isNew ? 0 : Number(was)));
  }
  sessionStorage.setItem("newsletter-told", told);
  sessionStorage.removeItem("newsletter-scroll");
  const rail = document.querySelector(".rail");
  const current = rail.querySelector("[aria-current]");
  if (current) rail.scrollLeft = current.offsetLeft - rail.clientWidth / 3;
});

const help = document.getElementById("help");
const useKeys = document.getElementById("use-keys");
useKeys.checked = localStorage.getItem("newsletter-keys") !== "off";
useKeys.addEventListener("change", () => localStorage.setItem("newsletter-keys", useKeys.checked ? "on" : "off"));
document.getElementById("open-help").addEventListener("click", () => help.showModal());
help.addEventListener("click", (event) => event.target === help && help.close());

/** Go on to the next link of a group of which one is current. */
function cycle(group) {
  const links = [...group.querySelectorAll("a")];
  const current = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[(current + 1) % links.length].click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const key = event.key.toLowerCase();
  if (key === "?") return help.showModal();
  if (!useKeys.checked) return;
  const chosen =
    document.querySelector(`[data-key="${CSS.escape(key)}"]`) ||
    document.querySelector(`[data-digit="${CSS.escape(key)}"]`);
  const group = document.querySelector(`[data-cycle="${CSS.escape(key)}"]`);
  if (!chosen && !group) return;
  event.preventDefault();
  if (chosen) chosen.click();
  else cycle(group);
});

follow();
