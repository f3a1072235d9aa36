/** Keeps the newest message in sight, unless somebody has scrolled up to read. */
import { h, icon } from "./dom.js";
import { DOWN } from "./icons.js";

const NEAR = 80; // pixels from the end that still count as the end

export class Scroller {
  #box;
  #stuck = true;
  #missed = 0;
  #count = h("span", { class: "missed" });
  #button;

  /** `box` scrolls, `content` is all that is in it. */
  constructor(box, content) {
    this.#box = box;
    this.#button = h("button", {
      type: "button", class: "to-newest", "aria-label": "To the newest message", onClick: () => this.#down(true),
    }, icon(DOWN), this.#count);
    box.append(h("div", { class: "to-newest-place" }, this.#button));
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.#stuck && this.#down());
    for (const one of [box, content]) sizes.observe(one);
    this.#show();
  }

  /** After all was drawn anew: to the end, or (`again`) to where it was. */
  drawn(again) {
    if (!again) this.#stuck = true;
    if (this.#stuck) this.#down();
    this.#show();
  }

  /** After a message came; one's own is always shown.
   *
   * Where the end is followed, the observer of sizes scrolls, once a frame: asking here how high
   * all is would have it laid out anew for every message. */
  arrived(own) {
    if (own && !this.#stuck) {
      this.#stuck = true;
      this.#down();
    } else if (!this.#stuck) {
      this.#missed += 1;
    }
    this.#show();
  }

  /** Brings an element to the middle. */
  to(element) {
    this.#stuck = false;
    element.scrollIntoView({ block: "center", behavior: gently() });
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#show();
  }

  #down(slowly = false) {
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: slowly ? gently() : "instant" });
  }

  #show() {
    if (this.#stuck) this.#missed = 0;
    this.#button.hidden = this.#stuck;
    this.#count.textContent = this.#missed ? `${this.#missed} new` : "";
  }
}

function gently() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
