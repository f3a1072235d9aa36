/** What the page knows, the one place where it is kept; views listen to it and read from it.
 *
 * Events (CustomEvent, what is in `detail`):
 *   "people"   {}                          people, me or languages changed
 *   "chats"    {}                          the list, a chat's menu, keyboard, role or title changed
 *   "open"     {chatId, thread, again}     a chat is open (chatId null: none) and its messages here;
 *                                          `again`: the same chat, read anew, draw it once more
 *   "message"  {chatId, message, how}      how: "says" "corrects" "sends" "edits"; any chat
 *   "history"  {chatId}                    a chat that is not open has been read
 *   "deleted"  {chatId, messageId}         "typing" {chatId, thread}  began or ended
 *   "answered" {query_id, user_id, chat_id, text, alert, url}
 *   "call"     {call}                      "clock" {}    "status" {}
 *   "offline"  {}                          "online" {}   connected, state read anew
 *
 * The feed is opened first and the state fetched afterwards, so that nothing falls in between. */
import { Ledger } from "./ledger.js";
import { Typing } from "./typing.js";
import { follow, get, post } from "./wire.js";

class Store extends EventTarget {
  bot = null;
  people = [];
  me = null;
  chats = [];
  chat = null;
  thread = null;
  clock = { now: new Date().toISOString(), moved_seconds: 0 };
  languages = [];
  status = { state: "starting", detail: "" };
  description = "";
  shortDescription = "";
  online = false;
  #ledger = new Ledger();
  #typing = new Typing((chatId, thread) => this.#emit("typing", { chatId, thread }));
  #wanted = null;
  #refreshing = null;
  #stale = false;
  #fresh = new Set();

  /** Connects; resolves when the first state is here. `person`: who to be, null for the first. */
  start(person = null) {
    this.#wanted = person;
    return new Promise((resolve) => {
      follow({
        opened: () => this.#connected().then(resolve),
        event: (event) => this.#take(event),
        lost: () => this.#lost(),
        rests: () => this.#ledger.distrust(),
      });
    });
  }

  /** The known messages of a chat, oldest first; not to be changed. */
  messages(chatId) {
    return this.#ledger.of(chatId);
  }

  /** Whether a chat's whole history is here. */
  isWhole(chatId) {
    return this.#ledger.isWhole(chatId);
  }

  /** The newest message of a chat, null if there is none. */
  last(chat) {
    const newest = this.messages(chat.id).at(-1) ?? null;
    if (this.isWhole(chat.id) || !chat.last) return newest;
    return newest && newest.message_id >= chat.last.message_id ? newest : chat.last;
  }

  /** Whether the bot is typing in a chat, or in a forum's topic. */
  isTyping(chatId, thread = null) {
    return this.#typing.in(chatId, thread);
  }

  /** Does what a person does; `as` is added. Throws an Error with one line for people. */
  act(name, body = {}) {
    return post(`/api/${name}`, { ...body, as: this.me.id });
  }

  /** Sends a file: chat, thread?, caption?, reply_to?, photo?, file; `as` is added. */
  upload(formData) {
    formData.set("as", this.me.id);
    return post("/api/file", formData);
  }

  /** Opens a chat, or a topic of it; null closes what is open. */
  async open(chatId, thread = null) {
    const same = this.chat?.id === chatId && this.thread === thread;
    this.chat = this.chats.find((chat) => chat.id === chatId) ?? null;
    this.thread = this.chat && thread;
    const chat = this.chat;
    if (chat && !this.isWhole(chat.id)) await this.#load(chat.id);
    if (this.chat?.id === chat?.id) this.#opened(same);
  }

  /** Becomes another person; stays in the chat if that person is in it too. */
  async become(personId) {
    if (this.me?.id === personId) return;
    const { chat: before, chats } = this;
    const withBot = before?.type === "private" && before.with_bot;
    this.#wanted = personId;
    this.chats = []; // what was the other's can't be opened meanwhile
    this.#emit("chats");
    await this.#refresh();
    if (this.me?.id !== personId) return this.#keep(chats);
    const own = this.chats.find((chat) => chat.type === "private" && chat.with_bot);
    const here = this.chats.some((chat) => chat.id === before?.id);
    if (!here) await this.open(withBot ? (own?.id ?? null) : null);
    else this.#opened(true);
    await this.#loadAll();
  }

  /** Takes the chats back when becoming another did not work. */
  #keep(chats) {
    if (this.chats.length === 0) this.chats = chats;
    this.#emit("chats");
  }

  /** Fetches what the feed says has changed; the open chat may be gone. */
  async #changed() {
    const open = this.chat;
    await this.#refresh();
    if (open && this.chat === null) this.#opened(false);
    await this.#loadAll();
  }

  async #connected() {
    const open = this.chat;
    await this.#refresh();
    this.online = true;
    this.#emit("online");
    if (this.chat) await this.open(this.chat.id, this.thread);
    else if (open) this.#opened(false);
    await this.#loadAll();
  }

  #lost() {
    this.#ledger.distrust();
    if (!this.online && this.me) return;
    this.online = false;
    this.#emit("offline");
  }

  /** Fetches the state; asked again meanwhile, it fetches once more, for both. */
  #refresh() {
    this.#stale = true;
    this.#refreshing ??= this.#refreshAll().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #refreshAll() {
    while (this.#stale) {
      this.#stale = false;
      this.#fresh.clear();
      try {
        this.#adopt(await get("/api/state", { as: this.#wanted }));
      } catch (problem) {
        if (this.#wanted === (this.me?.id ?? null)) return console.info(problem.message);
        this.#wanted = this.me?.id ?? null; // a person who is not there: be the one before, or any
        this.#stale = true;
      }
    }
  }

  #adopt(state) {
    this.bot = state.bot;
    this.people = state.people;
    this.languages = state.languages;
    this.description = state.description ?? "";
    this.shortDescription = state.short_description ?? "";
    this.me = state.people.find((person) => person.id === state.me) ?? null;
    this.#wanted = state.me;
    this.chats = state.chats;
    for (const name of ["clock", "status"]) {
      if (!this.#fresh.has(name)) this[name] = state[name]; // else the feed has told what is newer
    }
    const open = this.chat;
    this.chat = (open && this.chats.find((chat) => chat.id === open.id)) ?? null;
    if (this.chat === null) this.thread = null;
    for (const name of ["people", "chats", "clock", "status"]) this.#emit(name);
  }

  async #loadAll() {
    const person = this.me?.id;
    for (const { id } of this.chats) {
      if (this.me?.id !== person) return; // whoever one is now has chats of one's own
      if (!this.isWhole(id) && (await this.#load(id))) this.#emit("history", { chatId: id });
    }
  }

  async #load(chatId) {
    const load = this.#ledger.begin(chatId);
    try {
      const { messages, typing } = await get("/api/messages", { as: this.me.id, chat: chatId });
      if (typing) this.#typing.begin(chatId, this.chat?.id === chatId ? this.thread : null);
      return this.#ledger.settle(load, messages);
    } catch (problem) {
      this.#ledger.abandon(load);
      console.info(problem.message);
      return false;
    }
  }

  #take(event) {
    const { kind, ...detail } = event;
    if (kind === "message") this.#message(detail);
    else if (kind === "deleted") this.#deleted(detail);
    else if (kind === "action") this.#typing.begin(detail.chat_id, detail.thread_id);
    else if (kind === "call") this.#emit("call", { call: detail.call ?? detail });
    else if (kind === "answered") this.#emit("answered", detail);
    else if (kind === "chats") this.#changed();
    else if (kind === "clock" || kind === "status") {
      this[kind] = detail;
      this.#fresh.add(kind);
      this.#emit(kind);
    }
  }

  #message({ chat_id: chatId, message, how }) {
    this.#ledger.put(chatId, message);
    if (how === "sends") this.#typing.end(chatId, message.message_thread_id);
    this.#emit("message", { chatId, message, how });
  }

  #deleted({ chat_id: chatId, message_id: messageId }) {
    this.#ledger.remove(chatId, messageId);
    this.#emit("deleted", { chatId, messageId });
  }

  #opened(again) {
    this.#emit("open", { chatId: this.chat?.id ?? null, thread: this.thread, again });
  }

  #emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** The page's only store. */
export const store = new Store();
