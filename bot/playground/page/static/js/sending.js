/** What the chat's views do in the open chat; what goes wrong is shown as a toast. */
import { store } from "./store.js";
import { toast } from "./answers.js";

/** Where the open chat's messages go: the chat, and the topic if one is open. */
export function here() {
  return { chat: store.chat.id, ...(store.thread === null ? {} : { thread: store.thread }) };
}

/** Does something as the person shown; returns the answer, or null after a toast. */
export async function attempt(name, body) {
  try {
    return await store.act(name, body);
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

/** Says a text in the open chat. */
export async function say(text, replyTo = null) {
  if (!store.chat) return null;
  return attempt("say", { ...here(), text, ...(replyTo === null ? {} : { reply_to: replyTo }) });
}

/** Sends a command; in a group it names the bot, as Telegram does. */
export function sendCommand(command) {
  const alone = !store.chat || store.chat.type === "private" || command.includes("@");
  return say(alone ? command : `${command}@${store.bot.username}`);
}
