/** What is typed and not sent, by person, chat and topic; kept while the page is open. */
import { store } from "./store.js";

export class Drafts {
  #texts = new Map();
  #place = null;

  /** Keeps what was typed in the place before; returns what was typed here, null if here is there. */
  turn(chat, thread, typed) {
    const place = `${store.me?.id}/${chat?.id ?? ""}/${thread ?? ""}`;
    if (place === this.#place) return null;
    if (typed) this.#texts.set(this.#place, typed);
    else this.#texts.delete(this.#place);
    this.#place = place;
    return this.#texts.get(place) ?? "";
  }
}
