/** How the bot is, and its restart. */
import { attempt } from "./sending.js";
import { store } from "./store.js";

const WORDS = {
  starting: "Bot is starting…",
  running: "Bot is running",
  stopping: "Bot is stopping…",
  stopped: "Bot has stopped",
  failed: "Bot failed",
  away: "Out of reach",
};
const id = (name) => document.getElementById(name);
let away = false; // the server is lost, and what it last told is not to be believed

/** Shows the status and keeps it so. */
export function mountStatus() {
  id("restart").addEventListener("click", async () => {
    id("restart").disabled = true;
    await attempt("restart", {});
    draw();
  });
  store.addEventListener("status", draw);
  store.addEventListener("offline", () => reach(false));
  store.addEventListener("online", () => reach(true));
}

function reach(there) {
  away = !there;
  id("offline").hidden = there;
  draw();
}

function draw() {
  const { state, detail } = away ? { state: "away", detail: "" } : store.status;
  id("status").dataset.state = state;
  id("status-text").textContent = WORDS[state] ?? state;
  id("status-detail").textContent = detail;
  id("status-detail").dataset.state = state;
  id("status-detail").hidden = !detail;
  id("restart").disabled = ["starting", "stopping", "away"].includes(state);
  id("restart").textContent = state === "stopped" || state === "failed" ? "Start bot" : "Restart bot";
}
