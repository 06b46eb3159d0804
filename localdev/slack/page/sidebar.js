// The sidebar: the current user, the channels, and their unread counts.
import { avatar } from "./avatars.js";
import { by, el } from "./dom.js";
import { store, world } from "./store.js";

const SIGNS = { public_channel: "#", private_channel: "🔒" };

export function places() {
  const open = world.channels().filter((one) => !one.is_archived);
  const named = open.filter((one) => SIGNS[one.kind]);
  return { channels: named, groups: open.filter((one) => one.kind === "mpim"), apps: open.filter((one) => one.kind === "im") };
}

export function drawSidebar() {
  const { workspace, connected } = store;
  by("team").textContent = workspace.team.name;
  document.title = `${workspace.team.name} – Slack simulator`;
  const n = workspace.connections;
  const apps = n > 1 ? `${world.appName()} connected ${n} times` : `${world.appName()} connected`;
  by("link").textContent = !connected ? "Simulator is not running" : n ? apps : `${world.appName()} is not connected`;
  by("link").className = `link ${connected && n ? "good" : "bad"}`;
  by("down").hidden = connected;
  fill(by("people"), world.people().map((one) => [one, one.id === store.user]), ([one, mine]) =>
    el("button", { type: "button", "aria-pressed": String(mine), onclick: () => store.emit("become", one.id) },
      avatar(one.id, "small"), el("span", {}, one.real_name, el("small", {}, one.title))));
  const { channels, groups, apps: direct } = places();
  const sign = (text) => el("span", { class: "sign", "aria-hidden": "true" }, text);
  fill(by("channels"), channels.map(about), (one) => place(one, sign(SIGNS[one.kind])));
  fill(by("groups"), groups.map(about), (one) => place(one, sign("👥")));
  by("groups").previousElementSibling.hidden = !groups.length;
  fill(by("apps"), direct.map(about), (one) => place(one, avatar(store.workspace.app.bot_user_id, "tiny")));
}

// Redraws a list only if its content changed, so that a click does not hit a moved entry.
const shown = new WeakMap();
function fill(container, items, draw) {
  const key = JSON.stringify(items);
  if (shown.get(container) === key) return;
  shown.set(container, key);
  const focused = container.contains(document.activeElement) && [...container.querySelectorAll("button")].indexOf(document.activeElement);
  container.replaceChildren(...items.map(draw));
  if (focused !== false) container.querySelectorAll("button")[focused]?.focus();
}

function about(one) {
  const here = one.id === store.channel;
  const unread = here ? null : store.unread[one.id];
  return { id: one.id, kind: one.kind, name: one.name, members: one.members, here, unread: Boolean(unread), count: unread?.mentions ?? 0 };
}

function place(one, sign) {
  const { unread, count } = one;
  return el("li", {}, el("button", {
    type: "button",
    class: unread ? "unread" : "",
    "data-channel": one.id,
    "aria-current": one.here ? "page" : null,
    onclick: () => store.emit("go", one.id),
  }, sign, el("span", { class: "name" }, one.kind === "im" || one.kind === "mpim" ? world.placeName(one) : one.name),
  count > 0 && el("span", { class: "count", "aria-label": `${count} for you` }, String(count)),
  unread && !count && el("span", { class: "unseen" }, " (unread)")));
}
