/** The playground's clock: shows its time and moves it forward. */
import { toast } from "./answers.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";
import { ahead, clockTime, fieldTime } from "./time.js";

const id = (name) => document.getElementById(name);
let toldAt = Date.now();
let moved = 0; // seconds, when the field was last filled

/** The playground's time: what the server last told, and what has passed since. */
export function now() {
  return new Date(Date.parse(store.clock.now) + Date.now() - toldAt);
}

/** Shows the clock and keeps it going. */
export function mountClock() {
  store.addEventListener("clock", () => {
    toldAt = Date.now();
    if (store.clock.moved_seconds !== moved) fill(); // else what is being typed stays
    draw();
  });
  setInterval(draw, 1000);
  id("clock-toggle").addEventListener("click", () => show(id("clock-panel").hidden));
  id("clock-panel").addEventListener("click", ({ target }) => {
    const step = target.closest("[data-forward]");
    if (step) attempt("clock", { forward_seconds: Number(step.dataset.forward) });
  });
  id("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const to = new Date(id("clock-to").value);
    if (to > now()) attempt("clock", { to: to.toISOString() });
    else toast("The clock only moves forward. Choose a later moment.");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || id("clock-panel").hidden) return;
    const inside = id("clock-panel").contains(document.activeElement);
    show(false);
    if (inside) id("clock-toggle").focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest("#clock-panel, #clock-toggle")) show(false);
  });
}

function show(open) {
  id("clock-panel").hidden = !open;
  id("clock-toggle").setAttribute("aria-expanded", String(open));
  if (open) fill();
}

/** Proposes the next minute in the field. */
function fill() {
  moved = store.clock.moved_seconds;
  id("clock-to").value = fieldTime(new Date(now().getTime() + 60_000));
}

function draw() {
  const seconds = store.clock.moved_seconds;
  id("clock-now").textContent = clockTime(now());
  id("clock-ahead").textContent = ahead(seconds);
  id("clock-ahead").classList.toggle("moved", seconds > 0);
}
