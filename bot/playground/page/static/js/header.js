/** The header of the open chat. */
import { chatAvatar } from "./avatar.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const id = (name) => document.getElementById(name);

/** Draws the header and keeps it so. */
export function mountHeader() {
  for (const name of ["open", "chats"]) store.addEventListener(name, draw);
  id("back").addEventListener("click", () => store.open(null));
  id("block").addEventListener("click", () => {
    attempt("block", { chat: store.chat.id });
  });
}

function draw() {
  const { chat } = store;
  document.body.dataset.view = chat ? "chat" : "list";
  for (const name of ["history", "composer"]) id(name).hidden = !chat;
  id("nothing-open").hidden = Boolean(chat);
  id("chat-avatar").replaceChildren(...(chat ? [chatAvatar(chat)] : []));
  id("chat-title").textContent = chat ? titleOf(chat) : "";
  id("chat-kind").textContent = chat ? kindOf(chat) : "";
  id("chat-as").textContent = ` · as ${store.me?.first_name}`; // a phone shows the people elsewhere
  const withBot = Boolean(chat) && chat.type === "private" && chat.with_bot;
  id("block").hidden = !withBot || chat.blocked; // the composer's place offers to unblock
  document.title = chat ? `${chat.title} – Newsdesk playground` : "Newsdesk playground";
}

function titleOf(chat) {
  if (!chat.is_forum) return chat.title;
  const topic = chat.topics.find(({ id: topicId }) => topicId === store.thread);
  return `${chat.title} › ${topic?.name ?? "General"}`;
}

function kindOf(chat) {
  const roles = { creator: "its owner", administrator: "an administrator" };
  const kinds = { group: "group", supergroup: chat.is_forum ? "forum" : "group", channel: "channel" };
  if (chat.type !== "private") return `${kinds[chat.type]}, you are ${roles[chat.role] ?? "a member"}`;
  return chat.with_bot ? "bot" : "person; the bot is not in this chat";
}
