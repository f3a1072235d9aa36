/** Pictures, files and places in messages. */
import { h, icon } from "./dom.js";
import { FILE, PLACE } from "./icons.js";
import { sizeOf } from "./wording.js";

const WIDEST = 420;
const TALLEST = 460;

/** Renders what a message holds besides text, null if it is text alone. */
export function renderMedia(message) {
  if (message.photo) return photo(message.photo.at(-1), message.caption);
  if (message.document) return file(message.document);
  if (message.location) return place(message.location);
  return null;
}

function photo({ file_id: id, width, height }, caption) {
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  const picture = h("img", {
    class: "photo", src: addressOf(id), alt: caption ? "Photo" : "Photo without a caption",
    width: Math.round(width * scale), height: Math.round(height * scale), loading: "lazy",
  });
  return h("button", { type: "button", class: "photo-open", title: "Enlarge", onClick: () => enlarge(id) }, picture);
}

function enlarge(id) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": "Photo" });
  dialog.append(
    h("button", { type: "button", class: "lightbox-close", "aria-label": "Close", onClick: () => dialog.close() },
      h("img", { src: addressOf(id), alt: "Photo, enlarged" })));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function file({ file_id: id, file_name: name = "File", file_size: size }) {
  return h("a", { class: "document", href: addressOf(id), download: name, title: `Download ${name}` },
    h("span", { class: "document-icon" }, icon(FILE)),
    h("span", { class: "document-about" },
      h("span", { class: "document-name", dir: "auto" }, name),
      h("span", { class: "document-size" }, sizeOf(size ?? 0))));
}

function place({ latitude, longitude }) {
  return h("div", { class: "place" }, icon(PLACE),
    h("span", {}, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`));
}

function addressOf(id) {
  return `/api/file/${encodeURIComponent(id)}`;
}
