/** Moving among the messages by keyboard, and the ways to a message's menu. */
import { intend } from "./intents.js";
import { closeMenu, openMenu } from "./menu.js";

const HOLD = 550; // milliseconds that make a long press

/** Listens in the history; `messageOf(id)` finds a message. */
export function mountReading(history, messageOf) {
  const at = (element) => {
    const bubble = element.closest?.(".bubble");
    return bubble && { bubble, message: messageOf(Number(bubble.dataset.message)) };
  };
  history.addEventListener("contextmenu", (event) => {
    const found = at(event.target);
    if (!found?.message || event.target.closest("a, img") || !getSelection().isCollapsed) return;
    event.preventDefault();
    const byKey = event.clientX === 0 && event.clientY === 0;
    openMenu(found.message, found.bubble, byKey ? null : { x: event.clientX, y: event.clientY });
  });
  history.addEventListener("keydown", (event) => {
    const found = at(event.target);
    if (!found?.message || event.target !== found.bubble) return;
    if (actByKey(event, found)) event.preventDefault();
  });
  history.addEventListener("scroll", closeMenu, { passive: true });
  mountLongPress(history, at);
}

function actByKey({ key, ctrlKey, metaKey, altKey }, { bubble, message }) {
  if (ctrlKey || metaKey || altKey) return false;
  if (key === "ArrowUp" || key === "ArrowDown" || key === "Home" || key === "End") {
    step(bubble, key);
  } else if (key === "Enter" || key === " ") {
    openMenu(message, bubble);
  } else if (key === "r") {
    intend("reply", message);
  } else {
    return false;
  }
  return true;
}

function step(bubble, key) {
  const bubbles = [...bubble.parentElement.querySelectorAll(".bubble")];
  const here = bubbles.indexOf(bubble);
  const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: bubbles.length - 1 }[key];
  bubbles[to]?.focus();
  bubbles[to]?.scrollIntoView({ block: "nearest" });
}

/** Touch: holding a finger on a bubble opens its menu. */
function mountLongPress(history, at) {
  let timer = null;
  const stop = () => clearTimeout(timer);
  history.addEventListener("touchstart", ({ target, touches }) => {
    stop();
    const found = at(target);
    if (!found?.message || touches.length !== 1 || target.closest("button, a")) return;
    const point = { x: touches[0].clientX, y: touches[0].clientY };
    timer = setTimeout(() => openMenu(found.message, found.bubble, point), HOLD);
  }, { passive: true });
  for (const name of ["touchend", "touchmove", "touchcancel"]) {
    history.addEventListener(name, stop, { passive: true });
  }
}
