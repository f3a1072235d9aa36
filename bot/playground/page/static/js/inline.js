/** Inline mode: `@bot question` in any chat offers what the bot finds.
 *
 * The first offer is marked once the offers are here, so that Enter sends it. Escape closes them,
 * and Enter then sends the words as they stand, as it does while the offers are not here yet. */
import { toast } from "./answers.js";
import { openOutside, startBot } from "./deeplinks.js";
import { h } from "./dom.js";
import { intend } from "./intents.js";
import { attempt, here } from "./sending.js";
import { store } from "./store.js";
import { Suggestions } from "./suggestions.js";

const PAUSE = 400;
const KEYS = "↑↓ choose · Enter sends the marked answer · Esc, then Enter, sends your words";

/** Returns what a text asks of the bot inline, null if it asks nothing. */
export function inlineQuery(text, username) {
  const found = /^@(\w+)\s+([^]*)$/.exec(text);
  return found && found[1].toLowerCase() === username.toLowerCase() ? found[2].trim() : null;
}

export class InlineMode {
  list = h("div", { id: "inline-results", class: "suggestions", "aria-label": "What the bot offers" });
  #input;
  #clear;
  #menu;
  #asked = null; // the query that is shown or under way
  #timer = null;
  #turn = 0;
  #results = [];
  #next = "";
  #more = false;

  constructor(input, clear) {
    this.#input = input;
    this.#clear = clear;
    this.#menu = new Suggestions(this.list, input);
    this.list.addEventListener("scroll", () => this.#nearEnd() && this.#page(), { passive: true });
  }

  get isOpen() {
    return this.#menu.isOpen;
  }

  /** Asks, once typing pauses, if the field asks something inline; else closes. */
  follow() {
    const query = store.bot ? inlineQuery(this.#input.value, store.bot.username) : null;
    if (query === this.#asked) return;
    clearTimeout(this.#timer);
    if (query === null) this.close();
    else {
      this.#asked = query;
      this.#turn += 1;
      this.#next = "";
      this.#menu.unmark(); // what is still shown answers other words: Enter must not send it
      this.#timer = setTimeout(() => this.#ask(query), PAUSE);
    }
  }

  /** Closes the offers; returns whether they were open. What is still asked comes to nothing. */
  close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#asked = null;
    return this.#menu.close();
  }

  /** Takes a key of the field; returns whether it was for the offers. */
  key({ key, shiftKey }) {
    if (!this.isOpen) return false;
    if (key === "ArrowDown" && this.#menu.atEnd && this.#next) {
      this.#page().then(() => this.#menu.atEnd || this.#menu.move(1));
      return true;
    }
    if (key === "ArrowDown" || key === "ArrowUp") return this.#menu.move(key === "ArrowDown" ? 1 : -1);
    if (key === "Enter" && !shiftKey) return this.#menu.accept();
    if (key !== "Escape") return false;
    const { value } = this.#input;
    this.close();
    this.#asked = inlineQuery(value, store.bot.username); // closed for this query
    return true;
  }

  async #ask(query) {
    const turn = this.#turn;
    this.#menu.show([h("p", { class: "note", role: "status" }, "Asking the bot…")]);
    try {
      const answer = await store.act("inline", { chat: store.chat.id, query });
      if (turn !== this.#turn) return;
      this.#results = [];
      this.#take(answer, query);
    } catch (problem) {
      if (turn === this.#turn) this.#menu.show([h("p", { class: "note" }, problem.message)]);
    }
  }

  /** Fetches the next offers of the same query. */
  async #page() {
    if (!this.#next || this.#more) return;
    const [turn, query, offset] = [this.#turn, this.#asked, this.#next];
    this.#more = true;
    try {
      const answer = await store.act("inline", { chat: store.chat.id, query, offset });
      if (turn === this.#turn) this.#take(answer, query);
    } catch (problem) {
      toast(problem.message);
    } finally {
      this.#more = false;
    }
  }

  #take({ query_id: queryId, results, next_offset: next, button }, query) {
    const chosen = this.list.querySelector('[aria-selected="true"]');
    const at = chosen ? [...this.list.querySelectorAll('[role="option"]')].indexOf(chosen) : 0;
    this.#results.push(...results.map((result) => ({ ...result, queryId })));
    this.#next = next || "";
    const { scrollTop } = this.list;
    const options = this.#results.map((result) => this.#option(result));
    const nothing = query ? "Nothing found." : "Write your question after the name.";
    const note = options.length ? null : h("p", { class: "note" }, nothing);
    const keys = options.length ? h("p", { class: "keys" }, KEYS) : null;
    this.#menu.show([keys, button && this.#button(button), ...options, note].filter(Boolean), at);
    this.list.scrollTop = scrollTop;
    if (this.#nearEnd() && this.list.scrollHeight <= this.list.clientHeight) this.#page();
  }

  #option({ id, title, description, queryId }) {
    const choose = async () => {
      this.#clear();
      await attempt("choose", { ...here(), query_id: queryId, result: id });
      intend("said");
    };
    return this.#menu.option({ dataset: { result: id }, dir: "auto" }, choose,
      h("b", {}, title), h("span", {}, description ?? ""));
  }

  #button({ text, start_parameter: payload, web_app: app }) {
    const act = () => {
      this.#clear();
      if (app) openOutside(app.url);
      else startBot(payload ?? "");
    };
    return h("button", { type: "button", class: "inline-button", dir: "auto", onClick: act }, text);
  }

  #nearEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
  }
}
