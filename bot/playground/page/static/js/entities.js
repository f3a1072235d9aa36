/** Formatted text: a text and its entities, in UTF-16 units as JavaScript's own strings count. */
import { asButton, h, icon } from "./dom.js";
import { followLink, followMention, safeLink } from "./deeplinks.js";
import { copyText } from "./answers.js";
import { COPY, UNFOLD } from "./icons.js";
import { sendCommand } from "./sending.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

/** Renders a text as nodes. Entities may nest and overlap; those that make no sense are left out. */
export function renderText(text, entities = []) {
  const root = document.createDocumentFragment();
  const known = whole(entities.map((entity) => clamp(entity, text.length)).filter(Boolean));
  const open = [];
  for (const [from, to] of segments(text, known)) {
    const wanted = known.filter((one) => one.from <= from && to <= one.to).sort(outerFirst);
    let kept = 0;
    while (kept < open.length && open[kept].entity === wanted[kept]) kept += 1;
    open.length = kept;
    for (const entity of wanted.slice(kept)) {
      const made = elementOf(entity, text.slice(entity.from, entity.to));
      (open.at(-1)?.inner ?? root).append(made.outer);
      open.push({ entity, inner: made.inner });
    }
    (open.at(-1)?.inner ?? root).append(text.slice(from, to));
  }
  return root;
}

/** The pieces that the entities' ends cut a text into, without the breaks that blocks bring. */
function segments(text, entities) {
  const blocks = entities.filter((entity) => BLOCKS.has(entity.type));
  const cuts = new Set([0, text.length]);
  for (const { from, to } of entities) cuts.add(from).add(to);
  const dropped = new Set();
  for (const { from, to } of blocks) {
    if (text[to] === "\n") dropped.add(to);
    if (text[from - 1] === "\n") dropped.add(from - 1);
  }
  for (const at of dropped) cuts.add(at).add(at + 1);
  const ends = [...cuts].sort((a, b) => a - b);
  const pieces = ends.slice(1).map((end, at) => [ends[at], end]);
  return pieces.filter(([from]) => !dropped.has(from));
}

/** Joins spoilers that touch: Telegram cuts them where other formatting begins. */
function whole(entities) {
  const veils = entities.filter(({ type }) => type === "spoiler").sort((a, b) => a.from - b.from);
  const joined = [];
  for (const veil of veils) {
    const last = joined.at(-1);
    if (last && veil.from <= last.to) last.to = Math.max(last.to, veil.to);
    else joined.push(veil);
  }
  return [...entities.filter(({ type }) => type !== "spoiler"), ...joined];
}

function clamp(entity, length) {
  const from = Math.max(0, entity.offset);
  const to = Math.min(length, entity.offset + entity.length);
  return from < to ? { ...entity, from, to } : null;
}

/** Blocks hold what is inline; else what begins first and ends last is outside. */
function outerFirst(a, b) {
  const block = Number(BLOCKS.has(b.type)) - Number(BLOCKS.has(a.type));
  return block || a.from - b.from || b.to - a.to || rank(a) - rank(b);
}

function rank({ type }) {
  return type === "pre" || type === "code" ? 2 : type === "spoiler" ? 0 : 1;
}

function elementOf(entity, covered) {
  const make = MAKERS[entity.type];
  const made = make ? make(entity, covered) : h(TAGS[entity.type] ?? "span");
  return made.inner ? made : { outer: made, inner: made };
}

const MAKERS = {
  code: (_, covered) => copying(h("code", { title: "Click to copy" }), covered),
  pre: preformatted,
  text_link: ({ url }, covered) => link(url, covered),
  url: (_, covered) => link(covered, covered),
  email: (_, covered) => link(`mailto:${covered}`, covered),
  phone_number: (_, covered) => link(`tel:${covered.replace(/[^+\d]/g, "")}`, covered),
  mention: (_, covered) => acting("mention", () => followMention(covered.slice(1))),
  text_mention: ({ user }) => acting("mention", () => followMention(user?.username, user)),
  bot_command: (_, covered) => acting("command", () => sendCommand(covered)),
  hashtag: () => h("span", { class: "tag" }),
  cashtag: () => h("span", { class: "tag" }),
  spoiler,
  blockquote: () => h("blockquote", { dir: "auto" }),
  expandable_blockquote: expandable,
};

function copying(element, covered) {
  element.addEventListener("click", () => {
    if (getSelection().isCollapsed) copyText(covered);
  });
  return element;
}

function preformatted({ language }, covered) {
  const inner = h("code");
  const label = "Copy this code";
  const act = () => copyText(covered);
  const copy = h("button", { type: "button", class: "pre-copy", "aria-label": label, title: label, onClick: act }, icon(COPY));
  return { outer: h("pre", { dir: "ltr", "data-language": language ?? "" }, copy, inner), inner };
}

function link(target, covered) {
  const safe = safeLink(target);
  if (!safe) return h("span");
  const shown = safe.replace(/\/$/, "") === covered.replace(/\/$/, "") ? null : safe;
  return h("a", {
    href: safe, target: "_blank", rel: "noopener noreferrer", title: shown,
    onClick: (event) => followLink(safe, event),
  });
}

function acting(kind, act) {
  return asButton(h("span", { class: `link ${kind}` }), act);
}

/** A veil over a part of the text; opening one opens all of the message, as in Telegram. */
function spoiler() {
  const inner = h("span", { class: "veiled", inert: true });
  const outer = h("span", { class: "spoiler", "aria-label": "Hidden text, open it" }, inner);
  return { outer: asButton(outer, () => openSpoilers(outer.closest(".text") ?? outer.parentNode)), inner };
}

function openSpoilers(text) {
  for (const one of text.querySelectorAll(".spoiler:not(.open)")) {
    one.classList.add("open");
    one.firstChild.inert = false;
    one.tabIndex = -1;
    for (const name of ["role", "aria-label"]) one.removeAttribute(name);
  }
}

const measured = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const quote = target.parentElement;
    if (!quote || quote.classList.contains("open") || !target.clientHeight) continue;
    quote.classList.toggle("short", target.scrollHeight <= target.clientHeight + 2);
  }
});

/** A quote of which three lines are shown until it is opened. */
function expandable() {
  const inner = h("div", { class: "quoted" });
  const toggle = h("button", { type: "button", class: "quote-toggle" }, icon(UNFOLD));
  const outer = h("blockquote", { class: "expandable", dir: "auto" }, inner, toggle);
  const turn = (opened) => {
    outer.classList.toggle("open", opened);
    toggle.setAttribute("aria-expanded", String(opened));
    toggle.setAttribute("aria-label", opened ? "Show less of the quote" : "Show all of the quote");
  };
  outer.addEventListener("click", (event) => {
    if (event.target.closest("a, [role=button]") || outer.classList.contains("short")) return;
    if (getSelection().isCollapsed || toggle.contains(event.target)) turn(!outer.classList.contains("open"));
  });
  turn(false);
  measured.observe(inner);
  return { outer, inner };
}
