// Shapes the sections: every step goes to the server, which answers with the board as it is then.
import { moving, replace, stepping } from "./board.js";

const topics = document.getElementById("topics");
const board = document.getElementById("board");

function show({ board: boardHtml, side, moved = [], unsaved }) {
  replace({ board: boardHtml, side });
  for (const key of moved) {
    board.querySelector(`[data-paper="${CSS.escape(key)}"]`)?.classList.add("fresh");
  }
  badge(unsaved);
}

function badge(unsaved) {
  const link = document.querySelector(".rail a[aria-current]");
  link.querySelector(".badge")?.remove();
  if (!unsaved) return;
  const mark = Object.assign(document.createElement("span"), { className: "badge", textContent: `${unsaved} unsaved` });
  link.firstElementChild.after(" ", mark);
}

const step = stepping(topics, show);
const change = (data) => step("change", data);
const move = (paper, to) => change({ do: "move", paper, to });
moving(topics, move);

topics.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  if (form.dataset.do !== "rename") form.querySelectorAll("input").forEach((input) => (input.value = ""));
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
  const { set, section } = field.dataset;
  if (set && field.checkValidity()) change({ do: set, section, value: field.value === "" ? null : Number(field.value) });
});
