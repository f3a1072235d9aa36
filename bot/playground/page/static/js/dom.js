/** Elements without markup: what people and articles say only ever becomes text nodes. */

const SVG = "http://www.w3.org/2000/svg";

/** Creates an element. Props: class, dataset, on{Event}, value and the like, else attributes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  append(element, children);
  return element;
}

/** Creates an icon from the path of a 24×24 drawing; it is hidden from screen readers. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** Appends nodes, strings and numbers, and lists of these; leaves out null, undefined and false. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Returns the element with that id, or adds the one that `make` returns to the page's end. */
export function adopt(id, make) {
  const found = document.getElementById(id);
  if (found) return found;
  const made = make();
  document.body.append(made);
  return made;
}

/** Makes an element act as a button does: by click, by Enter, by the space bar. */
export function asButton(element, act) {
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("click", act);
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    act(event);
  });
  return element;
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "tabIndex"]);

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") element.className = value;
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (/^on[A-Z]/.test(name)) element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (PROPERTIES.has(name)) element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}
