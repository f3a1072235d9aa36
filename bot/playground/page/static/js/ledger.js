/** The messages of all chats, as far as this page knows them. Pure: neither network nor page.
 *
 * A chat's messages come from two sides, the history that is fetched and the feed, in no sure
 * order. What the feed brings while a history is under way is newer than that history, or will be
 * followed by what is newer: so it is laid over the history when that arrives. */
export class Ledger {
  #books = new Map();
  #loads = new Set();

  /** Keeps a message, in place of an earlier state of it. */
  put(chatId, message) {
    this.#touch(chatId, message.message_id, message);
  }

  /** Drops a message. */
  remove(chatId, messageId) {
    this.#touch(chatId, messageId, null);
  }

  /** Begins to load a chat's history; give what this returns to `settle`. */
  begin(chatId) {
    const load = { chatId, touched: new Map() };
    this.#loads.add(load);
    return load;
  }

  /** Takes a fetched history; returns false if the load was cancelled meanwhile. */
  settle(load, messages) {
    if (!this.#loads.delete(load)) return false;
    const byId = new Map(messages.map((message) => [message.message_id, message]));
    for (const [id, message] of load.touched) place(byId, id, message);
    this.#books.set(load.chatId, { byId, whole: true, sorted: null });
    return true;
  }

  /** Ends a load that failed. */
  abandon(load) {
    this.#loads.delete(load);
  }

  /** Calls every history incomplete and every load off: the feed was interrupted. */
  distrust() {
    this.#loads.clear();
    for (const book of this.#books.values()) book.whole = false;
  }

  /** Whether the whole history of a chat is here. */
  isWhole(chatId) {
    return this.#books.get(chatId)?.whole ?? false;
  }

  /** A chat's messages, oldest first; not to be changed. */
  of(chatId) {
    const book = this.#book(chatId);
    book.sorted ??= [...book.byId.values()].sort((a, b) => a.message_id - b.message_id);
    return book.sorted;
  }

  #touch(chatId, id, message) {
    const book = this.#book(chatId);
    place(book.byId, id, message);
    book.sorted = null;
    for (const load of this.#loads) if (load.chatId === chatId) load.touched.set(id, message);
  }

  #book(chatId) {
    if (!this.#books.has(chatId)) {
      this.#books.set(chatId, { byId: new Map(), whole: false, sorted: null });
    }
    return this.#books.get(chatId);
  }
}

function place(byId, id, message) {
  if (message === null) byId.delete(id);
  else byId.set(id, message);
}
