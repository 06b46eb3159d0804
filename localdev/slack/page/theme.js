// The theme: light, dark or the system's. It is stored in the browser.
import { by } from "./dom.js";

const NAMES = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const SIGNS = { system: "◐", light: "☀", dark: "☾" };
const ORDER = ["system", "light", "dark"];

const current = () => (ORDER.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system");

export function applyTheme() {
  const theme = current();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const button = by("theme");
  button.setAttribute("aria-label", NAMES[theme]);
  button.title = NAMES[theme];
  button.textContent = SIGNS[theme];
}

export function nextTheme() {
  localStorage.setItem("theme", ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length]);
  applyTheme();
}
