/** What a chat shows before anything is said in it. */
import { h } from "./dom.js";
import { say } from "./sending.js";
import { store } from "./store.js";

/** Renders the card of the open chat. */
export function renderEmpty() {
  const { chat } = store;
  if (chat.type === "private" && chat.with_bot) return welcome();
  const hint = chat.with_bot
    ? `Write /ask and a question, or begin with @${store.bot.username}.`
    : `Write @${store.bot.username} and a question to ask the bot from here.`;
  return card(h("p", {}, "Nothing has been said here yet."),
    h("p", { class: "hint" }, chat.type === "channel" ? "The bot posts alerts here once it is told to." : hint));
}

function welcome() {
  const button = (text, label = text, kind = "quiet") =>
    h("button", { type: "button", class: kind, onClick: () => say(text) }, label);
  return card(
    h("h3", {}, `What can ${store.bot.first_name} do?`),
    h("p", { class: "about", dir: "auto" },
      store.description || store.shortDescription || "It answers questions about the news."),
    h("p", {}, button("/start", "Start", "primary")),
    h("p", {}, button("/latest"), button("/help")),
    h("p", { class: "hint" }, "Ask about what is in the articles; /latest lists them."));
}

function card(...content) {
  return h("div", { class: "empty" }, content);
}
