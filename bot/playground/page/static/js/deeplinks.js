/** Links: which may be opened at all, and those to Telegram that this page follows itself. */
import { toast } from "./answers.js";
import { intend } from "./intents.js";
import { pickChat } from "./picker.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const SCHEMES = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);
const TELEGRAM = new Set(["t.me", "telegram.me"]);
const SUPERGROUP = -1_000_000_000_000;

/** Returns a link as it may be opened, null for one that may not; bare hosts get a scheme. */
export function safeLink(target) {
  const bare = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(target) ? target : `http:${"//"}${target}`;
  try {
    const { protocol, href } = new URL(bare);
    return SCHEMES.has(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** Returns what a Telegram link means here, null for any other: its forms are those that `followDeep` follows. */
export function parseDeepLink(target, username) {
  const safe = safeLink(target);
  if (!safe) return null;
  const { protocol, hostname, host, pathname, searchParams } = new URL(safe);
  const webLink = /^https?:$/.test(protocol) && TELEGRAM.has(hostname);
  const parts = pathname.split("/").filter(Boolean);
  const name = webLink ? parts[0] : protocol === "tg:" && host === "resolve" && searchParams.get("domain");
  if (webLink && parts[0] === "share") {
    const text = [searchParams.get("url"), searchParams.get("text")].filter(Boolean).join("\n");
    return { kind: "share", text };
  }
  if (webLink && parts[0] === "c" && parts.length >= 3) {
    return { kind: "message", chat: SUPERGROUP - Number(parts[1]), message: Number(parts.at(-1)) };
  }
  if (!name || name.toLowerCase() !== username.toLowerCase()) return null;
  if (searchParams.has("startgroup")) return { kind: "group", payload: searchParams.get("startgroup") };
  return { kind: "start", payload: searchParams.get("start") };
}

/** Follows a link: here if it leads to this bot or to a message, else in a new tab. */
export function followLink(target, event = null) {
  const deep = store.bot && parseDeepLink(target, store.bot.username);
  if (deep) {
    event?.preventDefault();
    followDeep(deep);
  } else if (!event) {
    openOutside(target);
  }
}

/** Opens a link in a tab that knows nothing of this one. */
export function openOutside(target) {
  const safe = safeLink(target);
  if (!safe) return toast("This link can't be opened.");
  const anchor = document.createElement("a");
  Object.assign(anchor, { href: safe, target: "_blank", rel: "noopener noreferrer" });
  anchor.click();
  return undefined;
}

/** Opens the chat with whoever was mentioned. */
export function followMention(username, user = null) {
  if (username?.toLowerCase() === store.bot.username.toLowerCase()) return followDeep({ kind: "start" });
  const known = store.people.find((one) => one.username?.toLowerCase() === username?.toLowerCase());
  const name = known?.first_name ?? user?.first_name;
  return toast(name ? `This is ${name}.` : `Nobody here is called @${username}.`);
}

/** Opens this person's chat with the bot, and sends `/start payload` if there is a payload. */
export async function startBot(payload) {
  const own = store.chats.find((chat) => chat.type === "private" && chat.with_bot);
  if (!own) return;
  await store.open(own.id);
  if (payload) await attempt("say", { chat: own.id, text: `/start ${payload}` });
}

async function followDeep({ kind, payload, text, chat, message }) {
  if (kind === "start") await startBot(payload);
  else if (kind === "share") await shareText(text);
  else if (kind === "message") await openMessage(chat, message);
  else {
    const where = await pickChat("Add to which group?", (one) => one.type === "supergroup" && one.with_bot);
    if (!where) return;
    await store.open(where.chat, where.thread);
    const said = `/start@${store.bot.username} ${payload}`.trim();
    await attempt("say", { ...where, thread: where.thread ?? undefined, text: said });
  }
}

async function shareText(text) {
  const where = await pickChat("Share with");
  if (!where) return;
  await store.open(where.chat, where.thread);
  intend("draft", text);
}

async function openMessage(chatId, messageId) {
  const known = store.chats.some((one) => one.id === chatId);
  if (!known) return toast("You are not in that chat.");
  await store.open(chatId);
  const { message_thread_id: thread } = store.messages(chatId).find((m) => m.message_id === messageId) ?? {};
  if (thread) await store.open(chatId, thread);
  return intend("reveal", messageId);
}
