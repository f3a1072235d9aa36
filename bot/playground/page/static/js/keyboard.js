/** Inline keyboards: what their buttons show and do. */
import { copyText, toast } from "./answers.js";
import { followLink } from "./deeplinks.js";
import { h } from "./dom.js";
import { intend } from "./intents.js";
import { pickChat } from "./picker.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const PATIENCE = 30_000;
const waiting = new Map();
const early = new Set();

const ACTIONS = {
  callback_data: press,
  url: (message, { url }) => followLink(url),
  login_url: (message, button) => followLink(button.login_url.url),
  copy_text: (message, button) => copyText(button.copy_text.text),
  switch_inline_query: (message, button) => switchInline(button.switch_inline_query),
  switch_inline_query_chosen_chat: (message, button) =>
    switchInline(button.switch_inline_query_chosen_chat.query ?? ""),
  switch_inline_query_current_chat: (message, button) =>
    intend("draft", inlineText(button.switch_inline_query_current_chat)),
};

const MARKS = {
  url: "↗", login_url: "↗", web_app: "▣", copy_text: "⧉",
  switch_inline_query: "➦", switch_inline_query_chosen_chat: "➦",
};

/** Renders a message's inline keyboard, null if it has none. */
export function renderKeyboard(message) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return h("div", { class: "keyboard", role: "group", "aria-label": "Buttons of this message" },
    rows.map((buttons, row) =>
      h("div", { class: "keyboard-row" },
        buttons.map((button, column) => renderButton(message, button, row, column)))));
}

/** Listens for the answers to presses. */
export function mountKeyboards() {
  store.addEventListener("answered", ({ detail }) => {
    if (!settle(detail.query_id)) early.add(detail.query_id);
  });
}

function renderButton(message, button, row, column) {
  const kind = Object.keys(button).find((name) => ACTIONS[name] || name === "web_app");
  const act = ACTIONS[kind] ?? (() => toast("This button does not work on this page."));
  const url = button.url ?? button.login_url?.url ?? null;
  return h("button", {
    type: "button", class: "key", title: url, role: url ? "link" : null, dir: "auto",
    dataset: { row, column, mark: MARKS[kind] ?? "" },
    onClick: (event) => act(message, button, event.currentTarget, row, column),
  }, button.text);
}

/** Presses a button that calls the bot; it spins until the bot answers or too long does not. */
async function press(message, button, element, row, column) {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  const pressed = await attempt("press", {
    chat: message.chat.id, message: message.message_id, row, column,
  });
  const query = pressed?.query_id;
  if (!query || early.delete(query)) return stop(element);
  waiting.set(query, { element, timer: setTimeout(() => settle(query), PATIENCE) });
}

function settle(query) {
  const found = waiting.get(query);
  if (!found) return false;
  clearTimeout(found.timer);
  waiting.delete(query);
  stop(found.element);
  return true;
}

function stop(element) {
  element.removeAttribute("aria-busy");
}

async function switchInline(query) {
  const where = await pickChat("Ask in which chat?");
  if (!where) return;
  await store.open(where.chat, where.thread);
  intend("draft", inlineText(query));
}

function inlineText(query) {
  return `@${store.bot.username} ${query}`;
}
