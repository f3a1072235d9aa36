/** A message in one line of the list of chats. Pure. */
import { serviceLine } from "./service.js";
import { nameOf, snippetOf } from "./wording.js";

/** The line, with who wrote it where that isn't plain from the chat. */
export function snippet(message, me, chat) {
  const happened = serviceLine(message);
  if (happened !== null) return happened;
  const line = snippetOf(message);
  if (!message.from || chat.type === "channel") return line;
  if (message.from.id === me.id) return `You: ${line}`;
  return chat.type === "private" ? line : `${nameOf(message.from)}: ${line}`;
}
