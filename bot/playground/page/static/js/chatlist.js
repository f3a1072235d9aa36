/** The list of chats, and under an open forum its topics. */
import { arrange } from "./arrange.js";
import { chatItem } from "./chatrow.js";
import { unreadIn, watchReading } from "./reading.js";
import { store } from "./store.js";

const list = document.getElementById("chats");
let planned = false;

/** Draws the list and keeps it so. */
export function mountChatList() {
  list.addEventListener("click", clicked);
  list.addEventListener("keydown", moved);
  watchReading(plan);
  store.addEventListener("clock", plan);
}

/** Puts the keyboard's focus on the open chat in the list, else on the first. */
export function focusChats() {
  if (list.offsetParent === null) store.open(null); // a phone shows the chat in its place
  (list.querySelector("[aria-current]") ?? list.querySelector("button"))?.focus();
}

/** Draws once for all that happens at a time. */
function plan() {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    if (store.me) arrange(list, inOrder(store.chats).map((chat) => chatItem(chat, unreadIn(chat.id))));
  });
}

/** The chats: one's own with the bot at the top, then those with the newest messages. */
function inOrder(chats) {
  const own = (chat) => chat.type === "private" && chat.with_bot;
  const date = (chat) => (own(chat) ? Infinity : (store.last(chat)?.date ?? 0));
  return [...chats].sort((a, b) => Number(date(b) > date(a)) - Number(date(b) < date(a)));
}

function clicked({ target }) {
  const row = target.closest("[data-chat], [data-topic]");
  if (row?.dataset.topic) {
    store.open(Number(row.dataset.of), row.dataset.topic === "general" ? null : Number(row.dataset.topic));
  } else if (row) {
    store.open(Number(row.dataset.chat));
  }
}

/** Up and down walk through the rows. */
function moved(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("button")) return;
  const rows = [...list.querySelectorAll("[data-chat], [data-topic]")];
  rows[rows.indexOf(event.target) + step]?.focus();
  event.preventDefault();
}
