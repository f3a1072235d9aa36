/** Reply keyboards: buttons below the field that say their labels, or send a place. */
import { toast } from "./answers.js";
import { h, icon } from "./dom.js";
import { KEYS } from "./icons.js";
import { askLocation } from "./location.js";
import { say } from "./sending.js";
import { store } from "./store.js";

export class ReplyKeyboard {
  panel = h("div", { id: "reply-keyboard", role: "group", "aria-label": "Suggested answers", hidden: true });
  button;
  #shown = "";
  #folded = false;

  constructor() {
    this.button = h("button", {
      id: "reply-keyboard-toggle", type: "button", class: "composer-button", hidden: true,
      "aria-label": "Suggested answers", title: "Suggested answers", "aria-controls": "reply-keyboard",
      onClick: () => this.#fold(!this.#folded),
    }, icon(KEYS));
  }

  /** The words that the field shows while it is empty, null if the keyboard has none. */
  get placeholder() {
    return store.chat?.keyboard?.input_field_placeholder ?? null;
  }

  /** Shows the open chat's keyboard as it is now. */
  refresh() {
    const keyboard = store.chat?.keyboard?.keyboard ? store.chat.keyboard : null;
    const state = JSON.stringify([store.chat?.id, keyboard]);
    if (state === this.#shown) return;
    this.#shown = state;
    const rows = (keyboard?.keyboard ?? []).map((buttons) =>
      h("div", { class: "keyboard-row" }, buttons.map((button) => this.#key(button, keyboard))));
    this.panel.replaceChildren(...rows);
    this.#fold(false);
  }

  #fold(folded) {
    this.#folded = folded;
    const there = this.panel.childElementCount > 0;
    this.panel.hidden = folded || !there;
    this.button.hidden = !there;
    this.button.setAttribute("aria-expanded", String(there && !folded));
  }

  #key(button, keyboard) {
    const { text, ...wishes } = typeof button === "string" ? { text: button } : button;
    const press = async () => {
      if (wishes.request_location) await askLocation();
      else if (wishes.request_contact || wishes.request_poll) toast("This button does not work on this page.");
      else if ((await say(text)) && keyboard.one_time_keyboard) this.#fold(true);
    };
    return h("button", { type: "button", class: "key", dir: "auto", onClick: press }, text);
  }
}
