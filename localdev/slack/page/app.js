// The workspace as one person sees it: who I am, where I am, what is there, and what I say.
import { get, listen, post } from "./control.js";
import { el } from "./dom.js";
import { MessageList } from "./messages.js";

const by = (id) => document.getElementById(id);
const state = { workspace: null, user: null, channel: null, unread: new Set(), connected: false, replyTo: null };
const list = new MessageList(by("messages"));

const find = (kind, id) => state.workspace[kind].find((one) => one.id === id);
const world = {
  user: (id) => find("users", id),
  userName: (id) => find("users", id)?.name,
  channelName: (id) => find("channels", id)?.name,
  groupName: (id) => find("groups", id)?.handle,
  appName: () => world.user(state.workspace.app.bot_user_id).real_name,
  timeZone: () => world.user(state.user).tz,
  colour: (id) => Math.max(0, state.workspace.users.findIndex((one) => one.id === id)) % 6,
};

const hands = {
  async click(message, target, element, block, option) {
    target.disabled = true;
    target.setAttribute("aria-busy", "true");
    say("Waiting for the app…");
    const body = { user: state.user, channel: message.channel, ts: message.ts, action_id: element.action_id, block_id: block.block_id };
    if (option) body.value = option.value;
    try {
      await post("click", body);
      say("");
    } catch (error) {
      say(error.message);
    }
    target.disabled = false;
    target.removeAttribute("aria-busy");
    await refresh();
  },
  async dismiss(message) {
    await post("delete_message", { user: state.user, channel: message.channel, ts: message.ts });
  },
  reply(message) {
    state.replyTo = message.ts;
    describeDraft();
    by("draft").focus();
  },
};

function say(text) {
  by("hint").textContent = text;
}

function describeDraft() {
  const place = find("channels", state.channel);
  const where = place.kind === "im" ? world.appName() : `#${place.name}`;
  by("draft").placeholder = state.replyTo ? "Reply in the thread (Esc to leave it)" : `Message ${where}, or /order help`;
}

// --- drawing

function drawSidebar() {
  const { workspace, user, channel } = state;
  by("team").textContent = workspace.team.name;
  document.title = `${workspace.team.name} – Slack simulator`;
  const n = workspace.connections;
  by("link").textContent = !state.connected ? "Simulator is not running" : n ? "App connected" : "App not connected";
  by("link").className = `link ${state.connected && n ? "good" : "bad"}`;
  by("people").replaceChildren(...workspace.users.filter((one) => !one.is_bot).map((one) =>
    el("button", { type: "button", "aria-pressed": String(one.id === user), onclick: () => become(one.id) },
      el("span", { class: `avatar a${world.colour(one.id)}`, "aria-hidden": "true" }, one.real_name[0]),
      el("span", {}, one.real_name, el("small", {}, one.title)))));
  const place = (one, name) =>
    el("li", {}, el("button", {
      type: "button",
      class: state.unread.has(one.id) ? "unread" : "",
      "aria-current": one.id === channel ? "page" : null,
      onclick: () => go(one.id),
    }, name, state.unread.has(one.id) ? el("span", { class: "unseen" }, " (unread)") : null));
  const mine = workspace.channels.filter((one) => one.members.includes(user));
  by("channels").replaceChildren(...mine.filter((one) => one.kind !== "im").map((one) => place(one, `# ${one.name}`)));
  by("apps").replaceChildren(...mine.filter((one) => one.kind === "im").map((one) => place(one, world.appName())));
}

function drawHeader() {
  const place = find("channels", state.channel);
  by("title").textContent = place.kind === "im" ? world.appName() : `# ${place.name}`;
  by("topic").textContent = place.topic;
  describeDraft();
}

let drawing = null;
let again = false;
// One refresh at a time; notices that come meanwhile cause one more.
async function refresh() {
  again = true;
  drawing ??= (async () => {
    while (again) {
      again = false;
      const { user, channel } = state;
      const { messages } = await post("messages", { user, channel, with_replies: true });
      if (user === state.user && channel === state.channel) list.draw(`${user}/${channel}`, messages, world, hands);
    }
  })().finally(() => (drawing = null));
  return drawing;
}

// --- moving about

async function load() {
  state.workspace = await get("workspace");
  const humans = state.workspace.users.filter((one) => !one.is_bot);
  const [user, channel] = location.hash.slice(1).split("/");
  state.user = humans.find((one) => one.id === user || one.id === state.user)?.id ?? humans[0].id;
  const mine = state.workspace.channels.filter((one) => one.members.includes(state.user));
  const ownDirect = (one) => one.kind !== "im";
  state.channel = (mine.find((one) => one.id === (state.channel ?? channel)) ?? mine.find(ownDirect) ?? mine[0]).id;
  show();
}

function show() {
  state.unread.delete(state.channel);
  history.replaceState(null, "", `#${state.user}/${state.channel}`);
  drawSidebar();
  drawHeader();
  return refresh();
}

function go(channel) {
  Object.assign(state, { channel, replyTo: null });
  show();
}

function become(user) {
  const before = find("channels", state.channel);
  const mine = state.workspace.channels.filter((one) => one.members.includes(user));
  const same = before.kind === "im" ? mine.find((one) => one.kind === "im") : mine.find((one) => one.id === before.id);
  Object.assign(state, { user, channel: (same ?? mine[0]).id, replyTo: null });
  state.unread.clear();
  show();
}

// --- speaking

async function send(text) {
  const body = { user: state.user, channel: state.channel, text, thread_ts: state.replyTo };
  try {
    if (text.startsWith("/")) {
      say(`Sent ${text.split(" ")[0]} …`);
      await post("command", body);
    } else {
      await post("post", body);
    }
    say("");
  } catch (error) {
    say(error.message);
  }
  by("messages").scrollTop = by("messages").scrollHeight;
}

by("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("draft").value.trim();
  if (!text) return;
  by("draft").value = "";
  send(text);
});
by("draft").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    by("composer").requestSubmit();
  } else if (event.key === "Escape" && state.replyTo) {
    state.replyTo = null;
    describeDraft();
  }
});

// --- staying up to date

function onNotice(notice) {
  if (!state.workspace || notice.kind === "traffic") return;
  if (notice.kind === "message" || notice.kind === "warning") {
    if (notice.channel === state.channel) refresh();
    else if (notice.kind === "message" && find("channels", notice.channel)?.members.includes(state.user)) {
      state.unread.add(notice.channel);
      drawSidebar();
    } else if (!find("channels", notice.channel)) load();
  } else load();
}

listen(onNotice, (connected) => {
  state.connected = connected;
  if (connected) load();
  else if (state.workspace) drawSidebar();
});
