// Makes the folder of the page on show, and goes on with that.
import { post } from "./preview.js";

const button = document.getElementById("build");
const said = document.getElementById("said");

button.addEventListener("click", async () => {
  button.disabled = true;
  said.dataset.state = "";
  said.textContent = "Making it…";
  try {
    await post(button.dataset.address);
    location.reload();
  } catch (error) {
    said.dataset.state = "bad";
    said.textContent = [error.message, error.hint].filter(Boolean).join("\n");
    button.disabled = false;
  }
});
