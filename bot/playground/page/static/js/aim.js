/** What the composer's text is for: a new message, a reply to one, or a correction of one. */
import { h, icon } from "./dom.js";
import { CLOSE, EDIT, REPLY } from "./icons.js";
import { store } from "./store.js";
import { authorOf, snippetOf } from "./wording.js";
import { intend } from "./intents.js";

export class Aim {
  strip = h("div", { id: "composer-reply", hidden: true });
  #kind = null; // null, "reply" or "edit"
  #message = null;
  #declined = null; // the forced reply that the person cancelled
  #cancelled;

  /** `cancelled(wasEdit)` is called when the person takes the aim back. */
  constructor(cancelled) {
    this.#cancelled = cancelled;
  }

  /** The message to reply to, null if the text is no reply. */
  get replyTo() {
    return this.#kind === "reply" ? this.#message.message_id : null;
  }

  /** The message to correct, null if the text is no correction. */
  get edited() {
    return this.#kind === "edit" ? this.#message : null;
  }

  /** Sets the aim: "reply" or "edit", and the message. */
  set(kind, message) {
    this.#kind = kind;
    this.#message = message;
    this.#draw();
  }

  /** Aims at a new message again. */
  clear() {
    this.set(null, null);
  }

  /** Follows what was sent: a forced reply is then made, though the chat's state may not say so yet. */
  sent() {
    this.#declined = store.chat?.force_reply ?? null;
    this.clear();
  }

  /** Takes the aim back; returns whether there was one. */
  cancel() {
    if (!this.#kind) return false;
    const wasEdit = this.#kind === "edit";
    this.#declined = store.chat?.force_reply ?? null;
    this.clear();
    this.#cancelled(wasEdit);
    return true;
  }

  /** Replies to the message to which the bot asks to reply, unless something else is aimed at. */
  followForced() {
    const forced = store.chat?.force_reply ?? null;
    if (forced === null) this.#declined = null;
    if (forced === null || forced === this.#declined || this.#kind) return false;
    const message = store.messages(store.chat.id).find((one) => one.message_id === forced);
    if (message) this.set("reply", message);
    return Boolean(message);
  }

  /** Forgets a message that is gone. */
  forget(messageId) {
    if (this.#message?.message_id === messageId) this.cancel();
  }

  #draw() {
    this.strip.hidden = !this.#kind;
    if (!this.#kind) return this.strip.replaceChildren();
    const edit = this.#kind === "edit";
    const { message_id: id } = this.#message;
    return this.strip.replaceChildren(
      icon(edit ? EDIT : REPLY),
      h("button", { type: "button", class: "aim", title: "Go to this message", onClick: () => intend("reveal", id) },
        h("b", { dir: "auto" }, edit ? "Edit message" : `Reply to ${authorOf(this.#message)}`),
        h("span", { class: "reply-line", dir: "auto" }, snippetOf(this.#message))),
      h("button", {
        type: "button", class: "composer-button cancel", "aria-label": edit ? "Stop editing" : "Do not reply",
        onClick: () => this.cancel(),
      }, icon(CLOSE)));
  }
}
