/** Light, dark, or as the system has it. */
import { recall, remember } from "./memory.js";

const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

/** Applies the remembered theme and lets the button change it. */
export function mountTheme() {
  const button = document.getElementById("theme-toggle");
  const apply = (theme) => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    document.documentElement.dataset.theme = theme;
    button.textContent = SIGNS[theme];
    button.setAttribute("aria-label", `Theme: ${theme}. Change to ${next}`);
    button.title = `Theme: ${theme}`;
  };
  const kept = recall("theme");
  apply(THEMES.includes(kept) ? kept : "auto");
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    apply(next);
    remember("theme", next);
  });
}
