/** Where one writes: the field, what it is for, and what opens above and below it. */
import { Aim } from "./aim.js";
import { hideToast } from "./answers.js";
import { isOwn } from "./bubble.js";
import { CommandMenu } from "./commands.js";
import { h, icon } from "./dom.js";
import { Drafts } from "./drafts.js";
import { Attachments, mountDrop } from "./files.js";
import { CHECK, SEND } from "./icons.js";
import { InlineMode } from "./inline.js";
import { intents } from "./intents.js";
import { closeMenu, isEditable } from "./menu.js";
import { ReplyKeyboard } from "./replykeys.js";
import { attempt, say } from "./sending.js";
import { store } from "./store.js";

const TALLEST = 220;
const RUNNERS = new Set(["administrator", "creator"]);
const NARROW = "(max-width: 720px)"; // a phone, as in the stylesheets
const GROUPS = new Set(["group", "supergroup"]);

class Composer {
  #field = h("textarea", {
    id: "composer-text", rows: "1", dir: "auto", "aria-label": "Message", placeholder: "Message",
    autocomplete: "off", "aria-autocomplete": "list",
  });
  #send = h("button", { id: "composer-send", type: "button", "aria-label": "Send", title: "Send" }, icon(SEND));
  #closed = h("div", { class: "composer-closed", hidden: true });
  #row;
  #aim = new Aim((wasEdit) => this.#aimCancelled(wasEdit));
  #commands = new CommandMenu(this.#field, () => this.#write(""));
  #inline = new InlineMode(this.#field, () => this.#write(""));
  #files = new Attachments(this.#field, () => this.#refresh());
  #keys = new ReplyKeyboard();
  #drafts = new Drafts();
  #sending = Promise.resolve();

  constructor(element) {
    this.#row = h("div", { class: "composer-row" },
      this.#commands.button, this.#files.button, this.#files.input, this.#field, this.#keys.button, this.#send);
    element.replaceChildren(
      h("div", { class: "composer-popups" }, this.#commands.list, this.#inline.list),
      h("div", { class: "composer-card" }, this.#aim.strip, this.#files.tray, this.#row, this.#closed),
      this.#keys.panel);
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#send.addEventListener("click", () => this.#submit());
    mountDrop(element.parentElement ?? element, () => !this.#closedBecause(), (files) => this.#files.add(files));
    document.addEventListener("pointerdown", ({ target }) => element.contains(target) || this.#closePopups());
    document.addEventListener("keydown", (event) => this.#anywhere(event));
  }

  /** Follows the open chat; what was typed in the one before is kept for it. */
  opened() {
    const text = this.#drafts.turn(store.chat, store.thread, this.#aim.edited ? "" : this.#field.value);
    if (text !== null) {
      this.#aim.clear();
      this.#files.clear();
      this.#closePopups();
      this.#write(text);
    }
    this.refreshed();
    if (matchMedia("(pointer: fine)").matches && store.chat) this.#field.focus({ preventScroll: true });
  }

  /** Follows a change of the chat: its menu, its keyboard, whether one may write. */
  refreshed() {
    const why = this.#closedBecause();
    this.#closed.hidden = !why;
    this.#closed.replaceChildren(...(why ?? []));
    this.#row.hidden = Boolean(why);
    this.#commands.refresh();
    this.#keys.refresh();
    this.#field.placeholder = this.#keys.placeholder ?? placeholder();
    this.#aim.followForced();
  }

  /** Begins a reply to a message, or its correction. */
  aimAt(kind, message) {
    if (this.#closedBecause()) return;
    if (kind === "edit") this.#write(message.text);
    else if (this.#aim.edited) this.#write("");
    this.#aim.set(kind, message);
    this.#refresh();
    this.#field.focus();
  }

  /** Puts a text into the field. */
  draft(text) {
    this.#aim.clear();
    this.#write(text);
    this.#field.focus();
    this.#typed();
  }

  /** Follows the deletion of a message. */
  deleted(messageId) {
    this.#aim.forget(messageId);
  }

  /** Follows a new message: it may be the one that the bot wants a reply to. */
  arrived() {
    this.#aim.followForced();
  }

  /** Follows what was sent without the field. */
  said() {
    this.#aim.sent();
  }

  #write(text) {
    this.#field.value = text;
    this.#refresh();
    if (!text) this.#closePopups();
  }

  #typed() {
    this.#refresh();
    this.#commands.follow();
    if (!this.#aim.edited) this.#inline.follow();
  }

  #refresh() {
    const editing = this.#aim.edited !== null;
    const label = editing ? "Save" : "Send";
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, TALLEST)}px`;
    this.#send.disabled = !this.#field.value.trim() && this.#files.count === 0;
    if (this.#send.title === label) return;
    Object.assign(this.#send, { title: label, ariaLabel: label });
    this.#send.replaceChildren(icon(editing ? CHECK : SEND));
  }

  #key(event) {
    if (event.isComposing) return;
    const taken = this.#commands.key(event) || this.#inline.key(event) || this.#ownKey(event);
    if (!taken) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #ownKey({ key, shiftKey, ctrlKey, altKey, metaKey }) {
    if (key === "Enter" && !shiftKey && !altKey) {
      this.#submit();
      return true;
    }
    if (key === "Escape") return closeMenu() || this.#aim.cancel() || hideToast();
    const plain = !shiftKey && !ctrlKey && !altKey && !metaKey;
    return key === "ArrowUp" && plain && !this.#field.value && !this.#aim.edited && this.#editLast();
  }

  #editLast() {
    const shown = store.messages(store.chat.id).filter((one) =>
      !store.chat.is_forum || (one.message_thread_id ?? null) === store.thread);
    const last = shown.findLast((one) => isOwn(one) && isEditable(one));
    if (last) this.aimAt("edit", last);
    return Boolean(last);
  }

  /** Sends what is written, after what was sent before it. */
  #submit() {
    const text = this.#field.value.trim();
    const { edited, replyTo } = this.#aim;
    if (!store.chat || (!text && !this.#files.count) || (edited && !text)) return;
    const chat = store.chat.id;
    const act = this.#files.count && !edited
      ? this.#files.send(text, replyTo)
      : (this.#sending = this.#sending.then(() =>
          edited ? correct(chat, edited, text) : say(text, replyTo)));
    this.#write("");
    this.#aim.sent();
    this.#refresh();
    Promise.resolve(act).then((done) => done || this.#giveBack(text, chat, edited));
  }

  /** What could not be sent is put back, unless something else is written by now. */
  #giveBack(text, chat, edited) {
    if (this.#field.value || store.chat?.id !== chat) return;
    if (edited) this.#aim.set("edit", edited);
    this.#write(text);
  }

  #aimCancelled(wasEdit) {
    if (wasEdit) this.#write("");
    this.#refresh();
    this.#field.focus();
  }

  #closePopups() {
    return [this.#commands.close(), this.#inline.close()].some(Boolean);
  }

  #anywhere(event) {
    if (event.key !== "Escape" || document.querySelector("dialog[open]") || event.defaultPrevented) return;
    if (closeMenu() || this.#closePopups() || this.#aim.cancel() || hideToast()) event.preventDefault();
  }

  #closedBecause() {
    const { chat } = store;
    if (!chat) return null;
    if (chat.type === "private" && chat.with_bot && chat.blocked) {
      const unblock = () => attempt("unblock", { chat: chat.id });
      return ["You have blocked the bot.", h("button", { type: "button", class: "quiet", onClick: unblock }, "Unblock")];
    }
    if (chat.type === "channel" && !RUNNERS.has(chat.role)) return ["Only its admins post in this channel."];
    return null;
  }
}

/** What the empty field says: where the bot is not simply written to, how it is reached. */
function placeholder() {
  const { bot, chat } = store;
  const lead = matchMedia(NARROW).matches ? "" : "Message · ";
  if (chat && !chat.with_bot) return `${lead}@${bot.username} and a question asks inline`;
  if (GROUPS.has(chat?.type)) return `${lead}/ask or @${bot.username} reaches the bot`;
  return "Message";
}

function correct(chat, message, text) {
  return text === message.text ? true : attempt("edit", { chat, message: message.message_id, text });
}

/** Builds the composer in `element`. */
export function mountComposer(element) {
  const composer = new Composer(element);
  const here = (act) => ({ detail }) => detail.chatId === store.chat?.id && act(detail);
  store.addEventListener("open", () => composer.opened());
  store.addEventListener("chats", () => composer.refreshed());
  store.addEventListener("deleted", here(({ messageId }) => composer.deleted(messageId)));
  store.addEventListener("message", here(() => composer.arrived()));
  for (const kind of ["reply", "edit"]) {
    intents.addEventListener(kind, ({ detail }) => composer.aimAt(kind, detail));
  }
  intents.addEventListener("draft", ({ detail }) => composer.draft(detail));
  intents.addEventListener("said", () => composer.said());
}
