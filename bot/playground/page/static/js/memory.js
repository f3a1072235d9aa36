/** What outlives the tab: the theme and open panels, nothing else. */
const PREFIX = "newsdesk-";

/** Returns what was remembered, null if nothing or where the browser keeps nothing. */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Remembers a text. */
export function remember(name, text) {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}
