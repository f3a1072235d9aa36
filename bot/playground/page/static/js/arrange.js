/** Lists that change under the pointer: what stays in place stays the same element. */

/** Gives a parent exactly these children, moving only those out of place; keeps the focus. */
export function arrange(parent, elements) {
  const focused = document.activeElement;
  elements.forEach((element, place) => {
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
  while (parent.children.length > elements.length) parent.lastElementChild.remove();
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/** Elements by key. `make()` builds one; `fill(element)` is called when what it shows is another. */
export class Keyed {
  #elements = new Map();
  #shown = new WeakMap();

  /** Returns the element of a key, made or filled anew as needed. `shown` is plain data. */
  get(key, shown, make, fill) {
    if (!this.#elements.has(key)) this.#elements.set(key, make());
    const element = this.#elements.get(key);
    const text = JSON.stringify(shown);
    if (this.#shown.get(element) !== text) fill(element);
    this.#shown.set(element, text);
    return element;
  }
}
