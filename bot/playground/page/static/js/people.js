/** Who one is, and in which language. */
import { arrange, Keyed } from "./arrange.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { attempt } from "./sending.js";
import { store } from "./store.js";

const box = document.getElementById("people");
const buttons = new Keyed();
const language = document.getElementById("language");

/** Draws the people and keeps them so. */
export function mountPeople() {
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-person]");
    if (button) store.become(Number(button.dataset.person));
  });
  language.addEventListener("change", async () => {
    if (!(await attempt("language", { language: language.value }))) drawLanguages();
  });
  store.addEventListener("people", draw);
}

/** Becomes the person at that place, from 0; nobody there: nothing happens. */
export function becomeNumber(place) {
  const person = store.people[place];
  if (person) store.become(person.id);
}

function draw() {
  arrange(box, store.people.map(button));
  drawLanguages();
}

function button(person, place) {
  const { id, first_name: name, role } = person;
  const make = () => h("button", { class: "person", type: "button", dataset: { person: String(id) } });
  const element = buttons.get(id, [name, role], make, (one) => {
    one.replaceChildren(avatar(id, name), h("b", {}, name), h("span", { class: "role", dataset: { role } }, role));
    one.title = `Be ${name} (Alt+${place + 1})`;
  });
  element.setAttribute("aria-pressed", String(id === store.me?.id));
  return element;
}

function drawLanguages() {
  if (document.activeElement === language && language.value === store.me?.language_code) return; // may be open
  language.replaceChildren(...store.languages.map(({ code, name }) => h("option", { value: code }, name)));
  language.value = store.me?.language_code ?? "en";
  language.title = `The language of ${store.me?.first_name ?? "this person"}’s Telegram`;
}
