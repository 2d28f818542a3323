// Shapes the sections: every step goes to the server, which answers with the board as it is then.
import { post } from "./preview.js";

const topics = document.getElementById("topics");
const board = document.getElementById("board");
const side = document.getElementById("side");
const said = document.getElementById("said");
let queue = Promise.resolve();
let dragged = null;

function say(text, state = "") {
  said.textContent = text;
  said.dataset.state = state;
}

/** Put in what the server drew; what is open stays open, and the focus stays where it was. */
function show({ board: boardHtml, side: sideHtml, moved = [], unsaved }) {
  const focus = document.activeElement?.id;
  const open = [...board.querySelectorAll("details[open]")].map((one) => one.id);
  document.querySelectorAll("main > .trouble").forEach((one) => one.remove());
  board.innerHTML = boardHtml;
  side.innerHTML = sideHtml;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const key of moved) {
    board.querySelector(`[data-paper="${CSS.escape(key)}"]`)?.classList.add("fresh");
  }
  badge(unsaved);
  if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

function badge(unsaved) {
  const link = document.querySelector(".rail a[aria-current]");
  link.querySelector(".badge")?.remove();
  if (!unsaved) return;
  const mark = Object.assign(document.createElement("span"), { className: "badge", textContent: `${unsaved} unsaved` });
  link.firstElementChild.after(" ", mark);
}

/** One step after the other: what is asked while a step runs waits for it. */
function step(path, data) {
  queue = queue.then(async () => {
    topics.setAttribute("aria-busy", "true");
    try {
      const answer = await post(`${topics.dataset.address}/${path}`, data);
      show(answer);
      say(answer.said, "good");
    } catch (error) {
      if (error.board) show(error);
      say([error.message, error.hint].filter(Boolean).join(" — "), "bad");
    }
    topics.removeAttribute("aria-busy");
  });
  return queue;
}

const change = (data) => step("change", data);
const move = (paper, to) => change({ do: "move", paper, to });

topics.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  form.querySelectorAll("input").forEach((input) => form.dataset.do !== "rename" && (input.value = ""));
  change({ do: form.dataset.do, section: form.dataset.section, ...fields });
});

topics.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const link = event.target.closest("[data-open]");
  if (link) document.getElementById(link.dataset.open)?.setAttribute("open", "");
  if (!button || button.form) return;
  const { do: what, go, section, text, group, moveTo } = button.dataset;
  if (go) step(go);
  else if (what) change({ do: what, section, text, group });
  else if (moveTo !== undefined) move(button.closest("[data-paper]").dataset.paper, moveTo);
});

topics.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  event.target.closest(".field").querySelector("output").textContent = Number(event.target.value).toFixed(2);
});

topics.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("select.move") && field.value) {
    return move(field.closest("[data-paper]").dataset.paper, field.value.trim());
  }
  const { set, section } = field.dataset;
  if (set && field.checkValidity()) change({ do: set, section, value: field.value === "" ? null : Number(field.value) });
});

// Dragging: any section on the board, or its line in the list beside it, takes a paper.
const places = () => topics.querySelectorAll("[data-drop]");
const placeAt = (event) => event.target.closest?.("[data-drop]");
const takes = (place) => dragged && place && place.dataset.drop !== dragged.dataset.home;

topics.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-paper]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("summary").textContent);
  topics.classList.add("dragging");
});
topics.addEventListener("dragover", (event) => {
  const place = placeAt(event);
  places().forEach((one) => one.classList.toggle("target", one === place && Boolean(takes(place))));
  if (takes(place)) event.preventDefault();
});
topics.addEventListener("drop", (event) => {
  const place = placeAt(event);
  if (!takes(place)) return;
  event.preventDefault();
  move(dragged.dataset.paper, place.dataset.drop);
});
topics.addEventListener("dragend", () => {
  dragged = null;
  topics.classList.remove("dragging");
  places().forEach((one) => one.classList.remove("target"));
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const typing = event.target.closest("input[type='text'], input[type='number'], textarea");
  const go = { z: event.shiftKey ? "redo" : "undo", y: "redo", s: "save" }[key];
  if (!go || (typing && key !== "s")) return;
  event.preventDefault();
  if (!document.getElementById(go).disabled) step(go);
});

// The files changed: the board is drawn again, and what is not saved stays.
document.addEventListener("newsletter:changed", (event) => {
  event.preventDefault();
  queue = queue.then(async () => {
    const answer = await fetch(`${topics.dataset.address}/board`);
    if (answer.ok) show(await answer.json());
  });
});
