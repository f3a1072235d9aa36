/** Keeps count of what is unread, as messages come and chats are opened. */
import { store } from "./store.js";
import { Reads } from "./unread.js";

const reads = new Reads(sessionStorage);

/** The unread messages of a chat for who one is, {all, threads}. */
export function unreadIn(chatId) {
  return reads.count(store.me.id, chatId, store.messages(chatId));
}

/** Begins to listen; calls `changed()` when counts may have changed. */
export function watchReading(changed) {
  const read = () => {
    const open = store.chat;
    const seen = open && document.visibilityState === "visible";
    const here = (message) => (message.message_thread_id ?? null) === store.thread;
    const newest = seen ? store.messages(open.id).findLast((message) => !open.is_forum || here(message)) : null;
    if (newest) reads.read(store.me.id, open.id, store.thread, newest.message_id);
    changed();
  };
  const known = (chatId) => {
    if (store.isWhole(chatId)) reads.cap(chatId, store.messages(chatId).at(-1)?.message_id ?? 0);
  };
  store.addEventListener("chats", () => {
    for (const chat of store.chats) reads.base(chat.id, chat.last?.message_id ?? 0);
    read();
  });
  store.addEventListener("message", ({ detail: { chatId, message, how } }) => {
    if (how === "says" || how === "sends") reads.base(chatId, message.message_id - 1);
    read();
  });
  for (const name of ["history", "open"]) {
    store.addEventListener(name, ({ detail: { chatId } }) => {
      if (chatId !== null) known(chatId);
      read();
    });
  }
  store.addEventListener("deleted", changed);
  document.addEventListener("visibilitychange", read);
}
