/** One message as a bubble. */
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { renderText } from "./entities.js";
import { intend } from "./intents.js";
import { renderKeyboard } from "./keyboard.js";
import { renderMedia } from "./media.js";
import { openMenu } from "./menu.js";
import { renderService, serviceLine } from "./service.js";
import { store } from "./store.js";
import { authorOf, momentOf, originOf, snippetOf, timeOf } from "./wording.js";

const COLOURS = 7;

/** Whether the person shown wrote a message. */
export function isOwn(message) {
  return message.from?.id === store.me?.id;
}

/** Renders a message: a line for what happened, else a bubble. */
export function renderMessage(message) {
  return serviceLine(message) === null ? renderBubble(message) : renderService(message);
}

/** Renders a message anew; keeps what is as it was, and the focus on a button. */
export function renderAgain(old, before, message) {
  const made = renderMessage(message);
  made.tabIndex = old.tabIndex;
  const [text, same] = [old.querySelector(".text"), made.querySelector(".text")];
  if (text && same && sameText(before, message)) {
    text.querySelector(":scope > .meta-space")?.replaceWith(same.querySelector(":scope > .meta-space"));
    same.replaceWith(text);
  }
  return made;
}

/** Puts the focus where it was in the bubble that another one replaces. */
export function keepFocus(old, made) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return () => {};
  const { row = null, column = null } = focused.dataset;
  return () => {
    if (row === null) return made.focus({ preventScroll: true });
    const keys = [...made.querySelectorAll(".key")];
    const again = keys.find((key) => key.dataset.row === row && key.dataset.column === column);
    return (again ?? keys.at(-1) ?? made).focus({ preventScroll: true });
  };
}

function sameText(before, after) {
  const fields = ["text", "entities", "caption", "caption_entities"];
  return fields.every((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
}

function renderBubble(message) {
  const mine = isOwn(message) && message.chat.type !== "channel";
  const author = authorOf(message);
  const shownBy = message.chat.type === "private" || mine ? null : author;
  const speaker = message.chat.type === "channel" ? message.chat.id : (message.from?.id ?? 0);
  const edited = message.edit_date ? "edited " : "";
  const balloon = h("div", { class: "balloon" },
    shownBy && avatar(speaker, author),
    shownBy && h("div", { class: `name ${colourOf(speaker)}`, dir: "auto" }, shownBy),
    message.forward_origin && forwarded(message.forward_origin),
    message.via_bot && via(message.via_bot),
    reply(message),
    renderMedia(message),
    text(message, edited),
    h("span", { class: "meta", title: momentOf(message.date) }, `${edited}${timeOf(message.date)}`),
    h("button", {
      type: "button", class: "bubble-menu", tabIndex: -1, "aria-label": "What to do with this message",
      "aria-haspopup": "menu", onClick: (event) => openMenu(message, event.currentTarget),
    }, "…"));
  const bubble = h("article", {
    class: `bubble ${mine ? "mine" : "theirs"}`, dataset: { message: message.message_id }, tabIndex: -1,
    "aria-label": `${author}, ${edited}${timeOf(message.date)}`,
  },
    h("div", { class: "column" }, balloon, renderKeyboard(message)));
  if (shownBy) bubble.classList.add("with-avatar");
  if (message.reply_markup) bubble.classList.add("with-keys");
  return bubble;
}

function text(message, edited) {
  const said = message.text ?? message.caption ?? "";
  if (!said) return null;
  const space = h("span", { class: "meta-space", "data-shown": `${edited}${timeOf(message.date)}` });
  return h("div", { class: "text", dir: "auto" },
    renderText(said, message.entities ?? message.caption_entities), space);
}

function forwarded(origin) {
  const channel = store.chats.find((chat) => chat.id === origin.chat?.id);
  const name = originOf(origin);
  const open = async () => {
    await store.open(channel.id);
    intend("reveal", origin.message_id);
  };
  return h("div", { class: "forwarded" }, "Forwarded from ",
    channel ? h("button", { type: "button", class: "plain", dir: "auto", onClick: open }, name)
      : h("b", { dir: "auto" }, name));
}

function via(bot) {
  const act = () => intend("draft", `@${bot.username} `);
  return h("div", { class: "via" }, "via ",
    h("button", { type: "button", class: "plain", onClick: act }, `@${bot.username}`));
}

/** The strip of what is replied to; in a topic, its start is no reply. */
function reply(message) {
  const replied = message.reply_to_message;
  if (!replied || replied.forum_topic_created) return null;
  const quoted = message.quote?.text;
  return h("button", {
    type: "button", class: `reply ${colourOf(replied.from?.id ?? 0)}`,
    title: "Go to this message", onClick: () => intend("reveal", replied.message_id),
  },
    h("b", { dir: "auto" }, authorOf(replied)),
    h("span", { class: quoted ? "reply-line quoting" : "reply-line", dir: "auto" },
      quoted ?? serviceLine(replied) ?? snippetOf(replied)));
}

function colourOf(id) {
  return `peer-${Math.abs(id) % COLOURS}`;
}
