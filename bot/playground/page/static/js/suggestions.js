/** A list above the composer, from which arrow keys or the pointer choose. */
import { h } from "./dom.js";

export class Suggestions {
  #list;
  #input;
  #active = -1;

  /** `list` is the element that holds the options, `input` the field that keeps the focus. */
  constructor(list, input) {
    this.#list = list;
    this.#input = input;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  get #options() {
    return [...this.#list.querySelectorAll('[role="option"]')];
  }

  /** Shows nodes, some of them made by `option`; `active` is the one chosen at first, -1 for none. */
  show(nodes, active = -1) {
    this.#list.replaceChildren(...nodes);
    this.#list.hidden = false;
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#input.setAttribute("aria-expanded", "true");
    this.#choose(active);
  }

  /** Takes the list away; returns whether it was there. */
  close() {
    const was = this.isOpen;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#active = -1;
    if (was) for (const name of ["aria-controls", "aria-expanded", "aria-activedescendant"]) {
      this.#input.removeAttribute(name);
    }
    return was;
  }

  /** Makes an option; `act` is called once it is chosen. */
  option(props, act, ...content) {
    const made = h("div", { ...props, role: "option", "aria-selected": "false", onClick: act }, content);
    made.id = `${this.#list.id}-${Object.values(props.dataset)[0]}`;
    return made;
  }

  /** Moves the choice; returns whether there is anything to choose from. */
  move(step) {
    const { length } = this.#options;
    if (!this.isOpen || !length) return false;
    const from = this.#active < 0 && step < 0 ? length : this.#active;
    this.#choose((from + step + length) % length);
    return true;
  }

  /** Marks none: Enter then chooses nothing. */
  unmark() {
    this.#choose(-1);
  }

  /** Whether the last option is the chosen one. */
  get atEnd() {
    return this.#active >= 0 && this.#active === this.#options.length - 1;
  }

  /** Chooses what is marked; returns whether something was. */
  accept() {
    const option = this.isOpen ? this.#options[this.#active] : null;
    option?.click();
    return Boolean(option);
  }

  #choose(at) {
    this.#active = at;
    this.#options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = this.#options[at];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    this.#input.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }
}
