// Sends a test and shows, in the page, what the mail system answered.
import { post } from "./preview.js";

const form = document.getElementById("trial");
const answer = document.getElementById("answer");
const to = document.getElementById("to");
to.value = localStorage.getItem("newsletter-test-address") || to.value;

// A page that is loaded again would lose the answer, or what somebody is typing.
document.addEventListener("newsletter:changed", (event) => {
  if (answer.textContent || document.activeElement === to) event.preventDefault();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  answer.dataset.state = "";
  answer.textContent = "Sending…";
  try {
    const { to: address, word, said, bytes } = await post(form.action, { to: to.value });
    localStorage.setItem("newsletter-test-address", to.value);
    answer.dataset.state = word === "accepted" ? "good" : "bad";
    answer.textContent = `${word}: ${address}, ${bytes.toLocaleString("en")} bytes${said ? ` (${said})` : ""}`;
  } catch (error) {
    answer.dataset.state = "bad";
    answer.textContent = [error.message, error.hint].filter(Boolean).join("\n");
  }
  button.disabled = false;
});
