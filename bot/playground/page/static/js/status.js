/** How the bot is, and its restart. */
import { attempt } from "./sending.js";
import { store } from "./store.js";

const WORDS = {
  starting: "Bot is starting…",
  running: "Bot is running",
  stopping: "Bot is stopping…",
  stopped: "Bot has stopped",
  failed: "Bot failed",
};
const id = (name) => document.getElementById(name);

/** Shows the status and keeps it so. */
export function mountStatus() {
  id("restart").addEventListener("click", async () => {
    id("restart").disabled = true;
    await attempt("restart", {});
    draw();
  });
  store.addEventListener("status", draw);
  store.addEventListener("offline", () => (id("offline").hidden = false));
  store.addEventListener("online", () => (id("offline").hidden = true));
}

function draw() {
  const { state, detail } = store.status;
  id("status").dataset.state = state;
  id("status-text").textContent = WORDS[state] ?? state;
  id("status-detail").textContent = detail;
  id("status-detail").dataset.state = state;
  id("status-detail").hidden = !detail;
  id("restart").disabled = state === "starting" || state === "stopping";
  id("restart").textContent = state === "stopped" || state === "failed" ? "Start bot" : "Restart bot";
}
