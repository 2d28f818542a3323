// What the two boards share: steps that go to the server one after the other, and papers that are dragged.
import { post } from "./preview.js";

const said = document.getElementById("said");
let fading;

/** Say what became of a step: good news leaves by itself, the rest stays until the next step. */
export function say(text, state = "") {
  clearTimeout(fading);
  said.textContent = text;
  said.dataset.state = state;
  if (state === "good") fading = setTimeout(() => (said.textContent = ""), 6000);
}

const drawn = new Map();
let dragEnd = Promise.resolve();

/** Put in what the server drew, where it is new: what is open stays open, and who types goes on typing. */
export function replace(regions) {
  const active = document.activeElement;
  const typed = active?.matches("input[type='text'], textarea") && [active.value, active.selectionStart, active.selectionEnd];
  document.querySelectorAll("main > .trouble").forEach((one) => one.remove());
  for (const [id, html] of Object.entries(regions)) {
    if (drawn.get(id) === html) continue;
    drawn.set(id, html);
    const region = document.getElementById(id);
    const open = [...region.querySelectorAll("details[open]")].map((one) => one.id);
    region.innerHTML = html;
    for (const one of open) document.getElementById(one)?.setAttribute("open", "");
  }
  const again = active?.id && document.getElementById(active.id);
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (!typed) return;
  again.value = typed[0];
  again.setSelectionRange(typed[1], typed[2]);
}

/** Make the function that sends steps: `step(path, data)`. What is asked meanwhile waits for its turn. */
export function stepping(root, show) {
  let queue = Promise.resolve();
  const inTurn = (work) => (queue = queue.then(work));
  const step = (path, data) =>
    inTurn(async () => {
      root.setAttribute("aria-busy", "true");
      try {
        const answer = await post(`${root.dataset.address}/${path}`, data);
        await dragEnd;
        show(answer);
        say(answer.said, answer.refused ? "bad" : "good");
      } catch (error) {
        say([error.message, error.hint].filter(Boolean).join(" — "), "bad");
      }
      root.removeAttribute("aria-busy");
    });
  // The files changed: the board is drawn again, and what is not saved stays.
  document.addEventListener("newsletter:changed", (event) => {
    event.preventDefault();
    inTurn(async () => {
      await dragEnd;
      const answer = await fetch(`${root.dataset.address}/board`);
      const shown = answer.ok && (await answer.json());
      await dragEnd;
      if (shown) show(shown);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const typing = event.target.closest("input[type='text'], input[type='number'], textarea");
    const id = { z: event.shiftKey ? "redo" : "undo", y: "redo", s: "save" }[key];
    const button = id && document.getElementById(id);
    if (!button || (typing && key !== "s")) return;
    event.preventDefault();
    button.click();
  });
  return step;
}

/** Let papers be dragged to whatever has data-drop; each has a menu that does the same. */
export function moving(root, move) {
  let dragged = null;
  const places = () => root.querySelectorAll("[data-drop]");
  const placeAt = (event) => event.target.closest?.("[data-drop]");
  const takes = (place) => dragged && place && place.dataset.drop !== dragged.dataset.home;

  root.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-paper]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector(".title").textContent);
    root.classList.add("dragging");
    // While something is dragged, the pointer is silent: if it moves, the end of it was missed.
    dragEnd = new Promise((done) => {
      dragged.addEventListener("dragend", done, { once: true });
      addEventListener("pointermove", done, { once: true });
    });
  });
  root.addEventListener("dragover", (event) => {
    const place = placeAt(event);
    places().forEach((one) => one.classList.toggle("target", one === place && Boolean(takes(place))));
    if (takes(place)) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    const place = placeAt(event);
    if (!takes(place)) return;
    event.preventDefault();
    move(dragged.dataset.paper, place.dataset.drop);
  });
  root.addEventListener("dragend", () => {
    dragged = null;
    root.classList.remove("dragging");
    places().forEach((one) => one.classList.remove("target"));
  });
  root.addEventListener("change", (event) => {
    const menu = event.target;
    if (!menu.matches("select.move") || !menu.value) return;
    move(menu.closest("[data-paper]").dataset.paper, menu.value.trim());
    menu.value = "";
  });
}
