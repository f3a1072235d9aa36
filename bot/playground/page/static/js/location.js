/** A dialog that asks where the person is said to be, and sends that place. */
import { h } from "./dom.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const CITIES = [
  ["Berlin", 52.52, 13.405],
  ["New Delhi", 28.6139, 77.209],
  ["New York", 40.7128, -74.006],
  ["Auckland", -36.8509, 174.7645],
];

/** Asks for a place and sends it to the open chat; resolves when the dialog is closed. */
export function askLocation() {
  const { id: chat } = store.chat;
  const dialog = h("dialog", { id: "location", "aria-labelledby": "location-title" });
  const send = (latitude, longitude) => {
    dialog.close();
    attempt("location", { chat, latitude, longitude });
  };
  const number = (name, label, limit) =>
    h("label", {}, label, h("input", { name, type: "number", step: "any", min: -limit, max: limit, required: true }));
  const typed = h("form", {
    class: "coordinates",
    onSubmit: (event) => {
      event.preventDefault();
      const { latitude, longitude } = event.currentTarget.elements;
      send(latitude.valueAsNumber, longitude.valueAsNumber);
    },
  }, number("latitude", "Latitude", 90), number("longitude", "Longitude", 180),
    h("button", { type: "submit", class: "quiet" }, "Send these"));
  dialog.append(
    h("h2", { id: "location-title" }, "Where are you?"),
    h("p", { class: "hint" }, "Your real location is not used: choose one to play with."),
    h("div", { class: "cities" }, CITIES.map(([name, ...place]) =>
      h("button", { type: "button", dataset: { city: name }, onClick: () => send(...place) }, name))),
    typed,
    h("div", { class: "dialog-buttons" },
      h("button", { type: "button", onClick: () => dialog.close() }, "Cancel")));
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
    dialog.showModal();
  });
}
