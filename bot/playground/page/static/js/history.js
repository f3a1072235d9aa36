/** The open chat's messages, each changed by itself; scrolling; what the keys do there. */
import { mountAnswers } from "./answers.js";
import { isOwn, keepFocus, renderAgain, renderMessage } from "./bubble.js";
import { followLink } from "./deeplinks.js";
import { h } from "./dom.js";
import { renderEmpty } from "./empty.js";
import { intents } from "./intents.js";
import { mountKeyboards } from "./keyboard.js";
import { mountReading } from "./moving.js";
import { Scroller } from "./scroller.js";
import { renderDay } from "./service.js";
import { store } from "./store.js";
import { mountTyping } from "./typingsign.js";
import { dayKey, dayName } from "./wording.js";

const RUN = 600; // seconds within which messages of one person stand together
const FLASH = 1600;

class History {
  #element;
  #list = h("div", { class: "messages", role: "log", "aria-label": "Messages" });
  #scroller;
  #shown = []; // messages, oldest first
  #rows = new Map(); // id -> element
  #days = new Map(); // id of a day's first message -> element
  #reachable = null; // the bubble that Tab reaches
  #card = null; // what an empty chat shows

  constructor(element) {
    this.#element = element;
    element.replaceChildren(this.#list);
    this.#scroller = new Scroller(element, this.#list);
    element.addEventListener("focusin", ({ target }) => this.#reach(target.closest(".bubble")));
  }

  /** Draws the open chat; if it is drawn once more, what was being read stays in place. */
  draw(again) {
    const chat = store.chat;
    if (chat) this.#element.dataset.chat = chat.id;
    else delete this.#element.dataset.chat;
    this.#list.setAttribute("aria-live", "off");
    this.#rows.clear();
    this.#days.clear();
    this.#shown = chat ? store.messages(chat.id).filter(isHere) : [];
    const nodes = this.#shown.flatMap((message, at) => {
      const row = renderMessage(message);
      this.#rows.set(message.message_id, row);
      return [this.#day(at), row].filter(Boolean);
    });
    this.#shown.forEach((_, at) => this.#group(at));
    this.#list.replaceChildren(...nodes);
    this.#empty();
    this.#rove();
    this.#scroller.drawn(again);
    requestAnimationFrame(() => this.#list.setAttribute("aria-live", "polite"));
  }

  /** Shows a new message, or a message's new state. */
  put(message) {
    if (!isHere(message)) return;
    const id = message.message_id;
    const at = this.#shown.findIndex((one) => one.message_id >= id);
    if (at >= 0 && this.#shown[at].message_id === id) this.#replace(at, message);
    else this.#insert(at < 0 ? this.#shown.length : at, message);
  }

  /** Takes a message away. */
  remove(id) {
    const at = this.#shown.findIndex((one) => one.message_id === id);
    if (at < 0) return;
    const row = this.#rows.get(id);
    const neighbour = row.contains(document.activeElement) && (row.nextElementSibling ?? row.previousElementSibling);
    this.#shown.splice(at, 1);
    row.remove();
    this.#days.get(id)?.remove();
    this.#rows.delete(id);
    this.#days.delete(id);
    this.#mend(at);
    this.#empty();
    this.#rove();
    if (neighbour) neighbour.focus({ preventScroll: true });
  }

  /** Scrolls to a message and marks it for a moment. */
  reveal(id) {
    const row = this.#rows.get(id);
    if (!row) return;
    this.#scroller.to(row);
    row.classList.remove("flash");
    requestAnimationFrame(() => row.classList.add("flash"));
    setTimeout(() => row.classList.remove("flash"), FLASH);
  }

  /** Follows what the bot says of itself, on an empty chat's card. */
  refreshCard() {
    if (this.#card && this.#card.textContent !== renderEmpty().textContent) this.#empty();
  }

  /** Names the days anew, as the clock was moved. */
  renameDays() {
    for (const [id, element] of this.#days) {
      const { date } = this.#shown.find((one) => one.message_id === id);
      const fresh = renderDay(dayName(date, nowHere()));
      element.replaceWith(fresh);
      this.#days.set(id, fresh);
    }
  }

  #insert(at, message) {
    const row = renderMessage(message);
    const next = this.#shown[at]?.message_id;
    this.#shown.splice(at, 0, message);
    this.#rows.set(message.message_id, row);
    this.#list.insertBefore(row, this.#days.get(next) ?? this.#rows.get(next) ?? null);
    row.classList.add("arriving");
    this.#mend(at);
    this.#empty();
    this.#rove();
    this.#scroller.arrived(isOwn(message));
  }

  #replace(at, message) {
    const id = message.message_id;
    const old = this.#rows.get(id);
    const fresh = renderAgain(old, this.#shown[at], message);
    const refocus = keepFocus(old, fresh);
    this.#shown[at] = message;
    this.#rows.set(id, fresh);
    if (old === this.#reachable) this.#reachable = fresh;
    old.replaceWith(fresh);
    this.#group(at);
    refocus();
  }

  /** Puts days and runs right around a place where a message came or went. */
  #mend(at) {
    for (const place of [at - 1, at, at + 1]) {
      if (!this.#shown[place]) continue;
      const row = this.#rows.get(this.#shown[place].message_id);
      const day = this.#day(place);
      if (day && day.nextElementSibling !== row) row.before(day);
      this.#group(place);
    }
  }

  #day(at) {
    const { message_id: id, date } = this.#shown[at];
    const begins = at === 0 || dayKey(this.#shown[at - 1].date) !== dayKey(date);
    if (begins && !this.#days.has(id)) this.#days.set(id, renderDay(dayName(date, nowHere())));
    if (!begins) {
      this.#days.get(id)?.remove();
      this.#days.delete(id);
    }
    return this.#days.get(id) ?? null;
  }

  #group(at) {
    const row = this.#rows.get(this.#shown[at].message_id);
    row?.classList.toggle("first", !this.#together(at - 1, at));
    row?.classList.toggle("last", !this.#together(at, at + 1));
  }

  #together(before, after) {
    const [a, b] = [this.#shown[before], this.#shown[after]];
    if (!a || !b || a.from?.id !== b.from?.id || b.date - a.date > RUN) return false;
    const bubbles = [a, b].every((one) => this.#rows.get(one.message_id)?.classList.contains("bubble") ?? true);
    return bubbles && dayKey(a.date) === dayKey(b.date);
  }

  #empty() {
    const blank = store.chat && !this.#shown.some((one) => !one.forum_topic_created);
    if (!blank && !this.#card) return;
    this.#card?.remove();
    this.#card = blank ? renderEmpty() : null;
    if (blank) this.#list.append(this.#card);
  }

  /** One bubble can be reached by Tab: the newest, or where the focus is. */
  #rove() {
    if (this.#reachable?.isConnected && this.#reachable.contains(document.activeElement)) return;
    const newest = this.#shown.findLast((one) => this.#rows.get(one.message_id).matches(".bubble"));
    this.#reach(newest ? this.#rows.get(newest.message_id) : null);
  }

  #reach(bubble) {
    if (!bubble || bubble === this.#reachable) return;
    if (this.#reachable) this.#reachable.tabIndex = -1;
    this.#reachable = bubble;
    bubble.tabIndex = 0;
  }
}

/** Whether a message is of the open topic; of a chat without topics, all are. */
function isHere(message) {
  if (!store.chat?.is_forum) return true;
  return (message.is_topic_message ? message.message_thread_id : null) === store.thread;
}

function nowHere() {
  return Date.now() + store.clock.moved_seconds * 1000;
}

/** Shows the open chat's messages in `element`. */
export function mountHistory(element) {
  const view = new History(element);
  const open = (act) => ({ detail }) => detail.chatId === store.chat?.id && act(detail);
  store.addEventListener("open", ({ detail }) => view.draw(detail.again));
  store.addEventListener("message", open(({ message }) => view.put(message)));
  store.addEventListener("deleted", open(({ messageId }) => view.remove(messageId)));
  store.addEventListener("chats", () => store.chat && view.refreshCard());
  store.addEventListener("clock", () => view.renameDays());
  intents.addEventListener("reveal", ({ detail }) => view.reveal(detail));
  mountReading(element, (id) => store.messages(store.chat.id).find((one) => one.message_id === id));
  mountTyping();
  mountKeyboards();
  mountAnswers(followLink);
}
