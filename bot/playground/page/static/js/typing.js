/** Where the bot is typing. As in Telegram, a sign lasts five seconds or until a message comes. */
const LASTS = 5000;

/** Keeps the signs; calls `changed(chatId, thread)` when one appears or goes. */
export class Typing {
  #timers = new Map();
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Shows or prolongs the sign. */
  begin(chatId, thread) {
    const key = keyOf(chatId, thread);
    const already = this.#timers.has(key);
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.end(chatId, thread), LASTS));
    if (!already) this.#changed(chatId, thread ?? null);
  }

  /** Takes the sign away. */
  end(chatId, thread) {
    const key = keyOf(chatId, thread);
    clearTimeout(this.#timers.get(key));
    if (this.#timers.delete(key)) this.#changed(chatId, thread ?? null);
  }

  /** Whether the sign is shown. */
  in(chatId, thread) {
    return this.#timers.has(keyOf(chatId, thread));
  }
}

function keyOf(chatId, thread) {
  return `${chatId}/${thread ?? 0}`;
}
