/** A chat's row in the list, and the rows of a forum's topics. */
import { arrange, Keyed } from "./arrange.js";
import { chatAvatar } from "./avatar.js";
import { now } from "./clock.js";
import { h } from "./dom.js";
import { attempt } from "./sending.js";
import { snippet } from "./snippet.js";
import { store } from "./store.js";
import { listTime } from "./time.js";

const items = new Keyed();
const rows = new Keyed();
const topics = h("ul", { id: "topics" });
const form = topicForm();

/** The item of a chat; `unread` is {all, threads} as from `unreadIn`. */
export function chatItem(chat, unread) {
  const item = items.get(chat.id, null, () => h("li"), () => {});
  const open = store.chat?.id === chat.id;
  const row = chatRow(chat, open && !chat.is_forum, unread.all);
  arrange(item, open && chat.is_forum ? [row, topicList(chat, unread.threads)] : [row]);
  return item;
}

function chatRow(chat, current, unread) {
  const last = store.last(chat);
  const shown = {
    title: chat.title,
    time: last ? listTime(new Date(last.date * 1000), now()) : "",
    line: last ? snippet(last, store.me, chat) : emptyLine(chat),
    unread,
  };
  const make = () => h("button", { class: "chat-row", type: "button", dataset: { chat: String(chat.id) } });
  const row = rows.get(`chat ${chat.id}`, shown, make, (element) => {
    element.replaceChildren(chatAvatar(chat), h("span", { class: "words" },
      h("span", { class: "line" },
        h("span", { class: "title", dir: "auto" }, shown.title), h("span", { class: "time" }, shown.time)),
      h("span", { class: "line" }, h("span", { class: "snippet", dir: "auto" }, shown.line), badge(unread))));
  });
  return mark(row, current);
}

function emptyLine(chat) {
  if (chat.type === "private") return chat.with_bot ? "Press Start to begin" : "Try @newsdesk here";
  if (!chat.with_bot) return "Try @newsdesk here";
  return chat.type === "channel" ? "The bot can post here" : "Ask the bot with /ask";
}

function badge(unread) {
  if (!unread) return null;
  return h("span", { class: "unread", role: "img", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread));
}

function topicList(chat, unread) {
  const named = [{ id: null, name: "General" }, ...chat.topics];
  const elements = named.map((topic) => topicItem(chat, topic, unread.get(topic.id ?? 0) ?? 0));
  topics.setAttribute("aria-label", `Topics of ${chat.title}`);
  arrange(topics, chat.role === "member" ? elements : [...elements, form]);
  return topics;
}

function topicItem(chat, { id, name }, unread) {
  const dataset = { topic: String(id ?? "general"), of: String(chat.id) };
  const make = () => h("button", { class: "topic-row", type: "button", dataset });
  const row = rows.get(`topic ${chat.id} ${id}`, { name, unread }, make, (element) => {
    element.replaceChildren(h("span", { class: "title", dir: "auto" }, name), ...[badge(unread)].filter(Boolean));
  });
  const item = items.get(`${chat.id} ${id}`, null, () => h("li"), () => {});
  arrange(item, [mark(row, store.thread === id)]);
  return item;
}

function mark(row, current) {
  if (current) row.setAttribute("aria-current", "page");
  else row.removeAttribute("aria-current");
  return row;
}

/** Adds topics to the open forum. */
function topicForm() {
  const name = h("input", { placeholder: "New topic…", "aria-label": "Name of a new topic", maxlength: "128", required: true });
  const add = h("form", { id: "new-topic" }, name, h("button", { class: "quiet", type: "submit" }, "Add"));
  add.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chat = store.chat.id;
    const made = await attempt("topic", { chat, name: name.value.trim() });
    if (!made) return;
    name.value = "";
    store.open(chat, made.thread);
  });
  return h("li", {}, add);
}
