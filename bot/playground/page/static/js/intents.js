/** What one of the chat's views asks of another.
 *
 * "reply" "edit" message · "draft" text for the composer · "reveal" a message's id ·
 * "said" something was sent from here */

export const intents = new EventTarget();

/** Asks for something; `detail` is its matter. */
export function intend(name, detail = null) {
  intents.dispatchEvent(new CustomEvent(name, { detail }));
}
