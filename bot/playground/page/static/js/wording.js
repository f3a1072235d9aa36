/** How messages, people, sizes and times are called on the page. Pure. */

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const ONE_DAY = 86_400_000;

/** The hour and minute of a message's date, in the browser's zone. */
export function timeOf(seconds) {
  return TIME.format(seconds * 1000);
}

/** A message's date in full. */
export function momentOf(seconds) {
  return MOMENT.format(seconds * 1000);
}

/** What tells one day from another, in the browser's zone. */
export function dayKey(seconds) {
  return new Date(seconds * 1000).toDateString();
}

/** A day's name, seen from `now` (milliseconds). */
export function dayName(seconds, now) {
  const day = new Date(seconds * 1000);
  if (day.toDateString() === new Date(now).toDateString()) return "Today";
  if (day.toDateString() === new Date(now - ONE_DAY).toDateString()) return "Yesterday";
  return (day.getFullYear() === new Date(now).getFullYear() ? DAY : DAY_YEAR).format(day);
}

/** A file's size for people. */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const [unit, size] = bytes < 1024 ** 2 ? ["KB", bytes / 1024] : ["MB", bytes / 1024 ** 2];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** A user's full name. */
export function nameOf(user) {
  return [user?.first_name, user?.last_name].filter(Boolean).join(" ") || "Somebody";
}

/** Who is shown as a message's author: in a channel, the channel. */
export function authorOf(message) {
  return message.chat.type === "channel" ? message.chat.title : nameOf(message.from);
}

/** A message in one line. */
export function snippetOf(message) {
  const said = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").trim().slice(0, 160);
  const kind = message.photo ? "Photo" : message.document ? (message.document.file_name ?? "File") : "";
  return [kind, said].filter(Boolean).join(", ") || (message.location ? "Location" : "Message");
}

/** Where a forwarded message comes from. */
export function originOf(origin) {
  const { sender_user: user, sender_user_name: hidden, sender_chat: group, chat } = origin;
  return hidden ?? group?.title ?? chat?.title ?? nameOf(user);
}
