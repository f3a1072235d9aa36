/** Messages that tell what happened in a chat instead of what somebody said. */
import { h } from "./dom.js";
import { momentOf, nameOf } from "./wording.js";

const LINES = {
  forum_topic_created: (topic) => `opened the topic “${topic.name}”`,
  forum_topic_edited: (topic) => (topic.name ? `renamed the topic “${topic.name}”` : "changed the topic"),
  forum_topic_closed: () => "closed the topic",
  forum_topic_reopened: () => "reopened the topic",
  new_chat_members: (users, by) =>
    users.every((one) => one.id === by?.id) ? "joined the group" : `added ${users.map(nameOf).join(", ")}`,
  left_chat_member: (user, by) => (user.id === by?.id ? "left the group" : `removed ${nameOf(user)}`),
  new_chat_title: (title) => `renamed the group “${title}”`,
  new_chat_photo: () => "changed the group’s picture",
  delete_chat_photo: () => "removed the group’s picture",
  group_chat_created: () => "created the group",
  supergroup_chat_created: () => "created the group",
  channel_chat_created: () => "created the channel",
  migrate_to_chat_id: () => "made this group a supergroup; it goes on there",
  migrate_from_chat_id: () => "made a supergroup of the group",
  pinned_message: () => "pinned a message",
  write_access_allowed: () => "allowed the bot to write",
};

/** Returns the line of a service message, null for a message of another kind. */
export function serviceLine(message) {
  const kind = Object.keys(LINES).find((name) => message[name] !== undefined && message[name] !== false);
  return kind ? `${nameOf(message.from)} ${LINES[kind](message[kind], message.from)}` : null;
}

/** Renders a service message. */
export function renderService(message) {
  return h("div", { class: "service", dataset: { message: message.message_id }, title: momentOf(message.date) },
    h("span", { dir: "auto" }, serviceLine(message)));
}

/** Renders what stands between two days. */
export function renderDay(name) {
  return h("div", { class: "service day", role: "separator", "aria-label": name }, h("span", {}, name));
}
