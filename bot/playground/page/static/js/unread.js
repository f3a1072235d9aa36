/** What each person has not read yet. Kept for this tab only, so that a reload forgets nothing. */
const KEY = "newsdesk-read";

/** Counts unread messages by person, chat and topic. Whatever was there before the page is read. */
export class Reads {
  #storage;
  #bases;
  #marks;

  /** `storage` is sessionStorage or alike. */
  constructor(storage) {
    this.#storage = storage;
    const kept = JSON.parse(storage.getItem(KEY) ?? "{}");
    this.#bases = kept.bases ?? {};
    this.#marks = kept.marks ?? {};
  }

  /** Takes the first sight of a chat: everything up to that message was there before. */
  base(chatId, messageId) {
    if (chatId in this.#bases) return;
    this.#bases[chatId] = messageId;
    this.#keep();
  }

  /** Takes a whole history's newest message. Marks beyond it are of an earlier run, and come down. */
  cap(chatId, newest) {
    if (this.#bases[chatId] > newest) this.#bases[chatId] = newest;
    for (const [key, mark] of Object.entries(this.#marks)) {
      if (key.split("/")[1] === String(chatId) && mark > newest) this.#marks[key] = newest;
    }
    this.#keep();
  }

  /** A person has read a chat, or a topic of it, up to a message. */
  read(personId, chatId, thread, messageId) {
    const key = keyOf(personId, chatId, thread);
    if (this.#marks[key] === messageId) return;
    this.#marks[key] = messageId;
    this.#keep();
  }

  /** The counts of a chat, {all, threads: Map of topic (0: none) to count}. */
  count(personId, chatId, messages) {
    const threads = new Map();
    let all = 0;
    const newest = messages.at(-1)?.message_id ?? 0;
    for (const message of messages) {
      const thread = message.message_thread_id ?? 0;
      const mark = this.#marks[keyOf(personId, chatId, thread)] ?? this.#bases[chatId] ?? newest;
      if (message.from?.id === personId || message.message_id <= mark) continue;
      threads.set(thread, (threads.get(thread) ?? 0) + 1);
      all += 1;
    }
    return { all, threads };
  }

  #keep() {
    this.#storage.setItem(KEY, JSON.stringify({ bases: this.#bases, marks: this.#marks }));
  }
}

function keyOf(personId, chatId, thread) {
  return `${personId}/${chatId}/${thread ?? 0}`;
}
