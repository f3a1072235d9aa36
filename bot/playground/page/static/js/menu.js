/** What can be done with a message: reply, edit, forward, copy, delete. */
import { copyText, toast } from "./answers.js";
import { h, icon } from "./dom.js";
import { COPY, DELETE, EDIT, FORWARD, REPLY } from "./icons.js";
import { intend } from "./intents.js";
import { pickChat } from "./picker.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const MARGIN = 8;
const RUNNERS = new Set(["administrator", "creator"]);
let close = () => false;

/** Closes the open menu; returns whether there was one. */
export function closeMenu() {
  return close();
}

/** Opens the menu of a message, at a point or beside the element that opened it. */
export function openMenu(message, opener, point = null) {
  close();
  const items = actionsFor(message).map(([name, label, path, act]) =>
    h("button", {
      type: "button", role: "menuitem", tabIndex: -1, dataset: { action: name },
      onClick: () => {
        close();
        act(message);
      },
    }, icon(path), label));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": "Message" }, items);
  document.body.append(menu);
  place(menu, opener, point);
  const outside = (event) => menu.contains(event.target) || close();
  close = () => {
    const focused = menu.contains(document.activeElement);
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (focused && opener.isConnected) (opener.closest(".bubble") ?? opener).focus({ preventScroll: true });
    close = () => false;
    return true;
  };
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", (event) => move(event, items));
  items[0].focus({ preventScroll: true });
}

/** Whether its author may change a message's text. */
export function isEditable(message) {
  return Boolean(message.text) && !message.forward_origin && !message.via_bot;
}

function actionsFor(message) {
  const { chat } = store;
  const own = message.from?.id === store.me.id;
  const said = message.text ?? message.caption;
  const writable = chat.type !== "channel" || RUNNERS.has(chat.role);
  const deletable = own || chat.type === "private" || RUNNERS.has(chat.role);
  return [
    writable && ["reply", "Reply", REPLY, () => intend("reply", message)],
    own && isEditable(message) && ["edit", "Edit", EDIT, () => intend("edit", message)],
    said && ["copy", "Copy text", COPY, () => copyText(said)],
    ["forward", "Forward", FORWARD, forward],
    deletable && ["delete", "Delete", DELETE, remove],
  ].filter(Boolean);
}

async function forward(message) {
  const where = await pickChat("Forward to");
  if (!where) return;
  const { chat: to, thread } = where;
  const body = { chat: message.chat.id, message: message.message_id, to, ...(thread ? { thread } : {}) };
  if (await attempt("forward", body)) {
    await store.open(to, thread);
    toast("Forwarded");
  }
}

function remove(message) {
  return attempt("delete", { chat: message.chat.id, message: message.message_id });
}

function place(menu, opener, point) {
  const beside = opener.getBoundingClientRect();
  const { x, y } = point ?? { x: beside.left, y: beside.bottom };
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
  menu.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
}

function move(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[to].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}
