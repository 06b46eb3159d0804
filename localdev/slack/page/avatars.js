// Draws avatars: a figure with its own colour for people, a square for apps.
import { el } from "./dom.js";
import { world } from "./store.js";

const HAIR = [
  "M14 24c0-9 4-14 10-14s10 5 10 14c0-4-3-7-6-8-4 2-10 2-14 8z",
  "M15 20c0-7 4-10 9-10s9 3 9 10c-2-4-5-5-9-5s-7 1-9 5z",
  "M13 30c-1-13 3-20 11-20s12 7 11 20c-2-2-2-8-4-11-5 1-11 0-14-3-2 4-2 10-4 14z",
];

export function avatar(id, size = "") {
  const user = world.user(id);
  const n = world.colour(id);
  const attributes = { class: `avatar ${size} a${n}`, viewBox: "0 0 48 48", "aria-hidden": "true", focusable: "false" };
  if (!user || user.is_bot) {
    return el("svg", { ...attributes, class: `avatar ${size} bot` },
      el("rect", { width: 48, height: 48, rx: 10 }),
      el("path", { class: "mark", d: "M12 25l8 8 16-18", fill: "none" }));
  }
  return el("svg", attributes,
    el("rect", { width: 48, height: 48, rx: 10 }),
    el("path", { class: "body", d: "M8 48c1-10 7-15 16-15s15 5 16 15z" }),
    el("circle", { class: "face", cx: 24, cy: 22, r: 9 }),
    el("path", { class: "hair", d: HAIR[n % HAIR.length] }));
}
