// An editor's steps: each is kept in the folder at once, except words, which are kept when told to.
import { post } from "./preview.js";
import { moving, replace, stepping } from "./board.js";

const editorial = document.getElementById("editorial");
const form = document.getElementById("words");
const fields = ["introduction", "subject", "preheader"].map((id) => document.getElementById(id));
const unkept = document.getElementById("unkept");
let kept = read();

function read() {
  return Object.fromEntries(fields.map((field) => [field.name, field.value]));
}

const isKept = () => fields.every((field) => field.value === kept[field.name]);

function show({ board, side, words, drawn, inbox }) {
  replace({ board, side });
  const mayReplace = isKept() || fields.every((field) => field.value.trim() === words[field.name]);
  kept = words;
  if (mayReplace) {
    for (const field of fields) field.value = words[field.name];
    replace({ drawn, inbox });
  }
  tell();
}

/** Say how long the words are, and whether they are kept. */
function tell() {
  unkept.hidden = isKept();
  for (const count of form.querySelectorAll(".count")) {
    const length = document.getElementById(count.dataset.of).value.length;
    const { most, good } = count.dataset;
    count.textContent = most ? `${length.toLocaleString("en")} of ${Number(most).toLocaleString("en")}` : length || "";
    count.dataset.state = good && length > Number(good) ? "long" : "";
  }
}

const step = stepping(editorial, show);
const change = (data) => step("change", data);
moving(editorial, (paper, to) => change({ do: "move", paper, to }));

let waiting;
form.addEventListener("input", () => {
  tell();
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const drawn = await post(`${editorial.dataset.address}/draw`, read()).catch(() => null);
    if (drawn) replace(drawn);
  }, 150);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  change({ do: "words", ...read() });
});
editorial.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || button.form) return;
  const { do: what, go } = button.dataset;
  if (button.id === "approve") approve(button);
  else if (go) step(go);
  else if (what) change({ do: what, paper: button.closest("[data-paper]").dataset.paper });
});

/** What is approved is what the page shows: words that are not kept yet come first. */
function approve(button) {
  if (isKept()) return step("approve", { digest: button.dataset.digest });
  form.requestSubmit();
}

addEventListener("beforeunload", (event) => isKept() || event.preventDefault());
tell();
