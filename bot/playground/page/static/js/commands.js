/** The menu of commands: opened by "/" or its button, narrowed by what is typed. */
import { h, icon } from "./dom.js";
import { MENU } from "./icons.js";
import { sendCommand } from "./sending.js";
import { store } from "./store.js";
import { Suggestions } from "./suggestions.js";

/** Returns the commands that a text may become, an exact match first; null if it is none. */
export function matching(text, commands) {
  const typed = /^\/([a-z0-9_]*)$/i.exec(text)?.[1].toLowerCase();
  if (typed === undefined) return null;
  const found = commands.filter(({ command }) => command.startsWith(typed));
  return found.sort((a, b) => Number(b.command === typed) - Number(a.command === typed));
}

export class CommandMenu {
  list = h("div", { id: "commands", class: "suggestions", "aria-label": "Commands" });
  button;
  #input;
  #menu;
  #clear;

  /** `clear` empties the field once a command is sent. */
  constructor(input, clear) {
    this.#input = input;
    this.#clear = clear;
    this.#menu = new Suggestions(this.list, input);
    this.button = h("button", {
      id: "commands-toggle", type: "button", class: "composer-button", "aria-label": "Commands",
      title: "Commands", "aria-expanded": "false", "aria-controls": "commands", onClick: () => this.#toggle(),
    }, icon(MENU));
  }

  get isOpen() {
    return this.#menu.isOpen;
  }

  /** Opens, narrows or closes the menu, by what the field holds. */
  follow() {
    const found = matching(this.#input.value, this.#commands);
    if (found?.length) this.#show(found);
    else this.close();
  }

  /** Shows the button where there are commands, and an open menu as it is now. */
  refresh() {
    this.button.hidden = this.#commands.length === 0;
    if (this.isOpen) this.#show(matching(this.#input.value, this.#commands) ?? this.#commands);
  }

  /** Closes the menu; returns whether it was open. */
  close() {
    this.button.setAttribute("aria-expanded", "false");
    return this.#menu.close();
  }

  /** Takes a key of the field; returns whether it was for the menu. */
  key({ key, shiftKey }) {
    if (!this.isOpen) return false;
    if (key === "ArrowDown" || key === "ArrowUp") return this.#menu.move(key === "ArrowDown" ? 1 : -1);
    if (key === "Enter" && !shiftKey) return this.#menu.accept();
    if (key === "Tab" && !shiftKey) return this.#complete();
    return key === "Escape" && this.close();
  }

  get #commands() {
    return store.chat?.commands ?? [];
  }

  #toggle() {
    if (!this.close()) this.#show(this.#commands);
    this.#input.focus();
  }

  #show(commands) {
    const typed = this.#input.value.startsWith("/");
    this.button.setAttribute("aria-expanded", "true");
    this.#menu.show(commands.map((one) => this.#option(one)), typed ? 0 : -1);
  }

  #option({ command, description }) {
    const send = () => {
      this.close();
      if (this.#input.value.startsWith("/")) this.#clear();
      sendCommand(`/${command}`);
    };
    return this.#menu.option({ dataset: { command } }, send,
      h("b", {}, `/${command}`), h("span", { dir: "auto" }, ` ${description}`));
  }

  /** Writes the command into the field, for those that want more words. */
  #complete() {
    const chosen = this.list.querySelector('[aria-selected="true"]')?.dataset.command;
    if (!chosen) return false;
    this.#input.value = `/${chosen} `;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }
}
