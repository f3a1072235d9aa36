/** Requests to the playground's server, and its feed. */

const SILENT = "The playground does not answer. Is it still running in the terminal?";
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
const REST_AFTER = 60_000;

/** Fetches JSON; throws an Error with one line for people. */
export async function get(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) parameters.set(name, value);
  }
  return answer(`${path}?${parameters}`, {});
}

/** Posts an object as JSON, or a FormData as it is; throws an Error with one line for people. */
export async function post(path, body) {
  if (body instanceof FormData) return answer(path, { method: "POST", body });
  const headers = { "Content-Type": "application/json" };
  return answer(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function answer(url, options) {
  let response;
  try {
    response = await fetch(url, { ...options, cache: "no-store" });
  } catch {
    throw new Error(SILENT);
  }
  const content = await response.json().catch(() => null);
  if (!response.ok || content === null || content.ok === false) {
    throw new Error(content?.error || `The playground answered with status ${response.status}.`);
  }
  return content;
}

/** Keeps the feed open: `opened()` at each connection, `event(object)` for each event, `lost()`.
 *
 * Browsers allow six connections to one server, for all tabs together, and a feed holds one: so a
 * tab that is not looked at lets go of its own after a while (`rests()`). */
export function follow({ opened, event, lost, rests }) {
  let pause = FIRST_PAUSE;
  let source = null;
  let resting = false;
  let falling = null; // the timer that ends in resting
  let retry = null;
  const connect = () => {
    source = new EventSource("/api/feed");
    source.onopen = () => {
      pause = FIRST_PAUSE;
      opened();
    };
    source.onmessage = ({ data }) => event(JSON.parse(data));
    // A browser's own reconnecting differs from one to the next, and some give up: so this does it.
    source.onerror = () => {
      source.close();
      lost();
      retry = setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  };
  connect();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(falling);
    if (document.visibilityState === "hidden") {
      falling = setTimeout(() => {
        resting = true;
        clearTimeout(retry);
        source.close();
        rests();
      }, REST_AFTER);
    } else if (resting) {
      resting = false;
      connect();
    }
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload(); // back from the browser's history, with the feed closed
  });
}
