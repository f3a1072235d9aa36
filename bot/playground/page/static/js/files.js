/** Files to send: chosen, dropped or pasted; they wait above the field until they are sent. */
import { toast } from "./answers.js";
import { h, icon } from "./dom.js";
import { ATTACH, CLOSE, FILE } from "./icons.js";
import { here } from "./sending.js";
import { store } from "./store.js";
import { sizeOf } from "./wording.js";

const PHOTOS = new Set(["image/png", "image/jpeg", "image/gif"]);

export class Attachments {
  tray = h("div", { id: "composer-files", role: "group", "aria-label": "Files to send", hidden: true });
  input = h("input", { id: "composer-file", type: "file", multiple: true, tabIndex: -1, "aria-label": "Files to send" });
  button;
  #waiting = []; // {file, asPhoto}
  #changed;

  /** `changed` is called when files were added or taken away. */
  constructor(field, changed) {
    this.#changed = changed;
    this.button = h("button", {
      type: "button", class: "composer-button", "aria-label": "Attach files", title: "Attach files",
      onClick: () => this.input.click(),
    }, icon(ATTACH));
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    field.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
  }

  get count() {
    return this.#waiting.length;
  }

  /** Adds files to those that wait. */
  add(files) {
    this.#waiting.push(...[...files].map((file) => ({ file, asPhoto: PHOTOS.has(file.type) })));
    this.#draw();
  }

  /** Takes all away. */
  clear() {
    this.#waiting = [];
    this.#draw();
  }

  /** Sends all to the open chat, the caption with the first; those refused stay. */
  async send(caption, replyTo) {
    const [where, going] = [here(), this.#waiting];
    this.clear();
    for (const [at, one] of going.entries()) {
      try {
        await store.upload(formOf(one, where, at === 0 ? caption : "", replyTo));
      } catch (problem) {
        toast(problem.message);
        this.#waiting.push(...going.slice(at));
        this.#draw();
        return false;
      }
    }
    return true;
  }

  #draw() {
    this.tray.hidden = this.#waiting.length === 0;
    this.tray.replaceChildren(...this.#waiting.map((one) => this.#chip(one)));
    this.#changed();
  }

  #chip(one) {
    const { file } = one;
    const remove = () => {
      this.#waiting = this.#waiting.filter((other) => other !== one);
      this.#draw();
    };
    const choice = PHOTOS.has(file.type) && h("label", {},
      h("input", { type: "checkbox", checked: one.asPhoto, onChange: ({ target }) => (one.asPhoto = target.checked) }),
      "as a photo");
    return h("div", { class: "file-chip" }, icon(FILE),
      h("span", { class: "file-name", dir: "auto" }, file.name), h("small", {}, sizeOf(file.size)), choice,
      h("button", { type: "button", class: "composer-button", "aria-label": `Leave out ${file.name}`, onClick: remove },
        icon(CLOSE)));
  }
}

/** Lets files be dropped anywhere on `area`; `take` gets them if `welcome()`. */
export function mountDrop(area, welcome, take) {
  const veil = h("div", { class: "drop-veil", hidden: true, "aria-hidden": "true" }, "Drop files to send them");
  area.append(veil);
  let depth = 0;
  const over = (change) => {
    depth = change === 0 ? 0 : depth + change;
    veil.hidden = depth <= 0;
  };
  const carries = (event) => event.dataTransfer?.types.includes("Files") && welcome();
  area.addEventListener("dragenter", (event) => carries(event) && over(1));
  area.addEventListener("dragleave", (event) => carries(event) && over(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    over(0);
    if (carries(event)) take(event.dataTransfer.files);
  });
}

function formOf({ file, asPhoto }, where, caption, replyTo) {
  const form = new FormData();
  for (const [name, value] of Object.entries(where)) form.set(name, value);
  if (caption) form.set("caption", caption);
  if (replyTo !== null) form.set("reply_to", replyTo);
  if (asPhoto) form.set("photo", "1");
  form.set("file", file, file.name);
  return form;
}
