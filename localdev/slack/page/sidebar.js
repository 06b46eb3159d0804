// Who I am, where I can go, and what is unread there.
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
  by("people").replaceChildren(...world.people().map((one) =>
    el("button", { type: "button", "aria-pressed": String(one.id === store.user), onclick: () => store.emit("become", one.id) },
      avatar(one.id, "small"), el("span", {}, one.real_name, el("small", {}, one.title)))));
  const { channels, groups, apps: direct } = places();
  by("channels").replaceChildren(...channels.map((one) => place(one, el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[one.kind]))));
  by("groups").replaceChildren(...groups.map((one) => place(one, el("span", { class: "sign", "aria-hidden": "true" }, "👥"))));
  by("groups").previousElementSibling.hidden = !groups.length;
  by("apps").replaceChildren(...direct.map((one) => place(one, avatar(store.workspace.app.bot_user_id, "tiny"))));
}

function place(one, sign) {
  const unread = one.id === store.channel ? null : store.unread[one.id];
  const count = unread?.mentions ?? 0;
  return el("li", {}, el("button", {
    type: "button",
    class: unread ? "unread" : "",
    "data-channel": one.id,
    "aria-current": one.id === store.channel ? "page" : null,
    onclick: () => store.emit("go", one.id),
  }, sign, el("span", { class: "name" }, one.kind === "im" || one.kind === "mpim" ? world.placeName(one) : one.name),
  count > 0 && el("span", { class: "count", "aria-label": `${count} for you` }, String(count)),
  unread && !count && el("span", { class: "unseen" }, " (unread)")));
}
