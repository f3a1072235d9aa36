/** The sign that the bot is busy in the open chat. */
import { adopt, h } from "./dom.js";
import { store } from "./store.js";

/** Shows the sign and keeps it so. */
export function mountTyping() {
  const place = adopt("typing", () => h("div", { id: "typing", role: "status" }));
  const draw = () => {
    const busy = store.chat && store.isTyping(store.chat.id, store.thread);
    if (busy === (place.childElementCount > 0)) return;
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    const words = store.chat?.type === "private" ? "typing" : `${store.bot.first_name} is typing`;
    place.replaceChildren(...(busy ? [words, dots] : []));
  };
  for (const name of ["open", "typing"]) store.addEventListener(name, draw);
}
