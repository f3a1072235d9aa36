/** A dialog that asks for a chat, or a topic of one. */
import { h } from "./dom.js";
import { store } from "./store.js";

/** Asks for one of the chats that `fits`; resolves to {chat, thread}, or null if it is closed. */
export function pickChat(title, fits = () => true) {
  const dialog = h("dialog", { class: "picker", "aria-label": title });
  return new Promise((resolve) => {
    let picked = null;
    const pick = (chat, thread) => {
      picked = { chat, thread };
      dialog.close();
    };
    dialog.append(
      h("h2", {}, title),
      h("div", { class: "picker-list" }, store.chats.filter(fits).flatMap((chat) => rows(chat, pick))),
      h("div", { class: "dialog-buttons" },
        h("button", { type: "button", onClick: () => dialog.close() }, "Cancel")),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(picked);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function rows(chat, pick) {
  const row = (label, thread) => h("button", {
    type: "button", class: "picker-row", dir: "auto", dataset: { pick: chat.id },
    onClick: () => pick(chat.id, thread),
  }, label);
  const topics = (chat.topics ?? []).map((topic) => row(`${chat.title} › ${topic.name}`, topic.id));
  return [row(chat.is_forum ? `${chat.title} › General` : chat.title, null), ...topics];
}
