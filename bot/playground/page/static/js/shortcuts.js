/** The page's own keys, and the help that lists them. */
import { focusChats } from "./chatlist.js";
import { becomeNumber } from "./people.js";

const about = document.getElementById("about");

/** Listens for the keys. */
export function mountShortcuts() {
  document.getElementById("about-toggle").addEventListener("click", () => about.showModal());
  document.getElementById("about-close").addEventListener("click", () => about.close());
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (acts(event)) event.preventDefault();
  });
}

function acts(event) {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    focusChats();
    return true;
  }
  // By the key's place: with Alt, some keyboards make other signs of the digits.
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (event.altKey && !control && !event.shiftKey && digit) {
    becomeNumber(Number(digit[1]) - 1);
    return true;
  }
  if (event.key === "?" && !control && !event.altKey && !isWriting(event.target)) {
    about.showModal();
    return true;
  }
  return false;
}

function isWriting(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}
