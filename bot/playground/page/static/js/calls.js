/** The panel of raw Bot API calls: the last ones, newest at the bottom. */
import { toast } from "./answers.js";
import { arrange } from "./arrange.js";
import { callCard, searchable } from "./callcard.js";
import { recall, remember } from "./memory.js";
import { store } from "./store.js";
import { get } from "./wire.js";

const MOST = 500;
const id = (name) => document.getElementById(name);
const list = id("calls-list");
let shown = []; // {number, text, card}, oldest first
let waiting = []; // calls that came while paused
let paused = false;
let following = true; // the list is at its end and stays there as calls come
let cleared = 0; // the number of the last call that was cleared away

/** Fills the panel and keeps it so. */
export function mountCalls() {
  store.addEventListener("call", ({ detail: { call } }) => take([call]));
  store.addEventListener("online", fetchAll);
  id("calls-toggle").addEventListener("click", () => show(id("calls").hidden));
  id("calls-close").addEventListener("click", () => {
    show(false);
    id("calls-toggle").focus();
  });
  id("calls").addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !id("calls-filter").value) id("calls-close").click();
  });
  id("calls-pause").addEventListener("click", pause);
  id("calls-clear").addEventListener("click", clear);
  id("calls-filter").addEventListener("input", filter);
  list.addEventListener("scroll", () => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    following = atEnd && !shown.at(-1)?.card.open; // who reads the last one is left in peace
  });
  show(recall("calls") === "open");
}

function show(open) {
  id("calls").hidden = !open;
  id("calls-toggle").setAttribute("aria-expanded", String(open));
  remember("calls", open ? "open" : "closed");
  if (open) toBottom();
}

/** Reads the calls anew: after a break some are missing, and the server may be another. */
async function fetchAll() {
  try {
    const { calls } = await get("/api/calls", { after: 0 });
    const newest = calls.at(-1)?.number ?? 0;
    if (newest < Math.max(cleared, shown.at(-1)?.number ?? 0)) forget();
    take(calls);
  } catch (problem) {
    toast(problem.message);
  }
}

/** Adds calls that are new here; the feed and a fetch may bring the same one. */
function take(calls) {
  waiting.push(...calls);
  if (!paused) flush();
  count();
}

function flush() {
  const known = new Set(shown.map(({ number }) => number));
  const fresh = new Map(waiting.filter(({ number }) => number > cleared && !known.has(number)).map((call) => [call.number, call]));
  waiting = [];
  if (fresh.size === 0) return;
  shown.push(...[...fresh.values()].map(entry));
  shown.sort((a, b) => a.number - b.number);
  shown.splice(0, Math.max(0, shown.length - MOST));
  arrange(list, shown.map(({ card }) => card));
  if (following) toBottom();
}

function entry(call) {
  const item = { number: call.number, text: searchable(call), card: callCard(call, nameOf) };
  item.card.hidden = !item.text.includes(wanted());
  return item;
}

function pause() {
  paused = !paused;
  id("calls-pause").setAttribute("aria-pressed", String(paused));
  if (!paused) flush();
  count();
}

function clear() {
  cleared = Math.max(cleared, shown.at(-1)?.number ?? 0, ...waiting.map(({ number }) => number));
  waiting = [];
  shown = [];
  list.replaceChildren();
  count();
}

function forget() {
  clear();
  cleared = 0;
}

function filter() {
  for (const { text, card } of shown) card.hidden = !text.includes(wanted());
  count();
  toBottom();
}

function wanted() {
  return id("calls-filter").value.trim().toLowerCase();
}

function count() {
  const visible = shown.filter(({ card }) => !card.hidden).length;
  const all = visible === shown.length ? `${visible} shown` : `${visible} of ${shown.length} shown`;
  id("calls-pause").textContent = paused ? `Resume${waiting.length ? ` (${waiting.length})` : ""}` : "Pause";
  id("calls-count").textContent = shown.length ? `${all}; press one to open it` : "Nothing yet: calls appear as the bot makes them.";
}

function toBottom() {
  list.scrollTop = list.scrollHeight;
}

function nameOf(chatId) {
  const person = store.people.find((one) => one.id === chatId);
  return person?.first_name ?? store.chats.find((chat) => chat.id === chatId)?.title ?? String(chatId);
}
