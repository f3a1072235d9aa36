/** The round initials by which people and chats are known. */
import { h } from "./dom.js";
import { store } from "./store.js";

const HUES = 7;

/** The avatar of a chat: the bot's or the person's where it is a chat with one. */
export function chatAvatar(chat) {
  const other = store.people.find((person) => person.first_name === chat.title);
  const face = chat.type !== "private" ? chat : chat.with_bot ? store.bot : (other ?? chat);
  return avatar(face.id, chat.title);
}

/** An avatar; its colour follows from the id, as in Telegram. */
export function avatar(id, name) {
  const initials = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word)).map((word) => [...word][0]);
  const hue = String(Math.abs(id) % HUES);
  return h("span", { class: "avatar", dataset: { hue }, "aria-hidden": "true" }, initials.slice(0, 2).join(""));
}
