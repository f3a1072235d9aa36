/** Where one is, in the address, so that a reload keeps it: `#person/chat/thread`, or `#person/list`
 * with no chat open; `#person` alone begins in that person's chat with the bot. Pure. */

/** Reads a hash; what is missing or no number is null. */
export function parsePlace(hash) {
  const parts = hash.replace(/^#/, "").split("/");
  const [person, chat, thread] = parts.map(number);
  return { person: person ?? null, chat: chat ?? null, thread: thread ?? null, list: parts[1] === "list" };
}

/** Writes a hash. */
export function placeHash({ person, chat, thread }) {
  return `#${[person, chat ?? "list", thread].filter((part) => part !== null).join("/")}`;
}

function number(text) {
  return /^-?\d+$/.test(text) ? Number(text) : null;
}
