/** Starts the page. */
import { mountCalls } from "./calls.js";
import { mountChatList } from "./chatlist.js";
import { mountClock } from "./clock.js";
import { mountComposer } from "./composer.js";
import { mountHeader } from "./header.js";
import { mountHistory } from "./history.js";
import { mountPeople } from "./people.js";
import { parsePlace, placeHash } from "./place.js";
import { mountShortcuts } from "./shortcuts.js";
import { mountStatus } from "./status.js";
import { store } from "./store.js";
import { mountTheme } from "./theme.js";

mountTheme();
mountPeople();
mountChatList();
mountHeader();
mountClock();
mountStatus();
mountCalls();
mountShortcuts();
mountHistory(document.getElementById("history"));
mountComposer(document.getElementById("composer"));

const asked = parsePlace(location.hash);
await store.start(asked.person);
await goTo(asked);
store.addEventListener("open", keepPlace);
store.addEventListener("people", keepPlace);
keepPlace();
addEventListener("hashchange", () => {
  if (location.hash !== here()) arrive(parsePlace(location.hash));
});

async function arrive(place) {
  if (place.person !== null) await store.become(place.person);
  await goTo(place);
}

async function goTo({ chat, thread, list }) {
  if (list) await store.open(null);
  else if (store.chats.some(({ id }) => id === chat)) await store.open(chat, thread);
  else await store.open(ownChat());
}

/** One's private chat with the bot: where a first visit begins. */
function ownChat() {
  return store.chats.find((chat) => chat.type === "private" && chat.with_bot)?.id ?? null;
}

function here() {
  return placeHash({ person: store.me?.id ?? null, chat: store.chat?.id ?? null, thread: store.thread });
}

function keepPlace() {
  if (store.me && location.hash !== here()) history.replaceState(null, "", here());
}
