/** One Bot API call as a card that opens to what was sent and answered. */
import { h } from "./dom.js";
import { plainText } from "./plaintext.js";
import { secondsTime } from "./time.js";

const WORDS = ["text", "caption", "action", "description", "short_description"];

/** A card; its JSON is written only once it is opened. `nameOf(chatId)` names a chat. */
export function callCard(call, nameOf) {
  const parts = [
    h("span", { class: "method" }, call.method),
    h("span", { class: "outcome" }, outcome(call)),
    h("span", { class: "about" }, about(call, nameOf)),
    h("span", { class: "when" }, secondsTime(new Date(call.at), new Date())),
  ];
  const card = h("details", { class: call.accepted ? "call" : "call refused", dataset: { call: String(call.number) } },
    h("summary", {}, ...parts));
  card.addEventListener("toggle", () => {
    if (!card.open) return;
    if (card.children.length === 1) card.append(...contents(call));
    card.scrollIntoView({ block: "nearest" });
  });
  return card;
}

/** The text in which a filter looks, in small letters. */
export function searchable(call) {
  return `${call.method} ${call.status ?? ""} ${JSON.stringify(call.parameters)} ${JSON.stringify(call.response)}`.toLowerCase();
}

function outcome({ accepted, status, duration }) {
  const took = typeof duration === "number" ? `, ${Math.round(duration * 1000)} ms` : "";
  return `${status ?? (accepted ? "done, unheard" : "cut off")}${took}`;
}

/** A line on what the call is about: where it goes, and why it was refused or what it says. */
function about({ method, accepted, parameters, response }, nameOf) {
  const where = parameters.chat_id === undefined ? "" : nameOf(Number(parameters.chat_id));
  const words = accepted ? wordsOf(method, parameters) : response?.description;
  const what = typeof words === "string" ? words.slice(0, 120).replace(/\s+/g, " ") : "";
  return [where, what].filter(Boolean).join(": ");
}

/** What a call says, or else for whom it sets something. */
function wordsOf(method, parameters) {
  const said = WORDS.map((name) => parameters[name]).find((value) => typeof value === "string" && value);
  if (said) return parameters.parse_mode === "HTML" ? plainText(said) : said;
  if (method === "answerInlineQuery") return counted(parameters.results?.length ?? 0);
  return [parameters.scope?.type, parameters.language_code].filter(Boolean).join(", ");
}

function counted(results) {
  return results === 1 ? "1 result" : `${results || "no"} results`;
}

function contents({ parameters, response }) {
  const pretty = (value) => h("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));
  return [h("h3", {}, "Sent"), pretty(parameters), h("h3", {}, "Answered"),
    response === null ? h("pre", {}, "nothing: the connection ended first") : pretty(response)];
}
