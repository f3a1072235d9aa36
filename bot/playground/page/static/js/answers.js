/** What the bot answers to a press: a toast, an alert, a link; and the page's own short notes. */
import { adopt, h } from "./dom.js";
import { store } from "./store.js";

const SHOWN = 4000;
let timer = null;

/** Shows a short note for a few seconds. */
export function toast(text) {
  const place = adopt("toast", () => h("div", { id: "toast" }));
  place.setAttribute("role", "status");
  place.dir = "auto";
  place.textContent = text;
  place.hidden = false;
  place.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(hideToast, SHOWN + 40 * text.length);
}

/** Takes the note away; returns whether there was one. */
export function hideToast() {
  const place = document.getElementById("toast");
  const shown = place?.classList.contains("shown") ?? false;
  place?.classList.remove("shown");
  return shown;
}

/** Shows a text that has to be confirmed. */
export function alertDialog(text) {
  const dialog = adopt("alert", () => h("dialog", { id: "alert" }));
  const ok = h("button", { type: "button", class: "ok", onClick: () => dialog.close() }, "OK");
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "alert-title");
  dialog.setAttribute("aria-describedby", "alert-text");
  dialog.replaceChildren(
    h("h2", { id: "alert-title" }, store.bot?.first_name ?? "Newsdesk"),
    h("p", { id: "alert-text", dir: "auto" }, text),
    h("div", { class: "dialog-buttons" }, ok),
  );
  if (!dialog.open) dialog.showModal();
  ok.focus();
}

/** Puts a text on the clipboard, and says so. */
export async function copyText(text, note = "Copied to the clipboard") {
  try {
    await navigator.clipboard.writeText(text);
    toast(note);
  } catch {
    toast("Your browser does not let this page use the clipboard.");
  }
}

/** Shows the answers to this person's presses; `follow(url)` opens those that are links. */
export function mountAnswers(follow) {
  adopt("toast", () => h("div", { id: "toast", role: "status" }));
  store.addEventListener("answered", ({ detail }) => {
    if (detail.user_id !== store.me?.id) return;
    if (detail.url) follow(detail.url);
    else if (detail.text && detail.alert) alertDialog(detail.text);
    else if (detail.text) toast(detail.text);
  });
}
