// The entry point of the page: the current user and channel, navigation, and live updates.
import { Composer } from "./messages/composer.js";
import { get, listen, post } from "./control_api.js";
import { by, el } from "./dom.js";
import { Drawer } from "./drawer/drawer.js";
import { Home } from "./views/home_tab.js";
import { edit } from "./messages/message.js";
import { MessageList } from "./messages/message_list.js";
import { drawSidebar, places } from "./sidebar.js";
import { store, world } from "./store.js";
import { applyTheme, nextTheme } from "./theme.js";
import { Modals } from "./views/modals.js";

applyTheme();
const list = new MessageList(by("messages"), { jump: by("jump") });
const replies = new MessageList(by("replies"));
const home = new Home(by("home"), store, world);
new Modals(store, world);
const drawer = new Drawer(by("drawer"), store, world);
const composer = new Composer(by("write"), {
  onUp() {
    const last = list.lastOf(store.user);
    if (last) edit(last.message, last.node);
  },
});
const answer = new Composer(by("answer"), { thread: () => store.thread });

// --- navigation

function parse() {
  const [user, channel, thread] = location.hash.slice(1).split("/");
  return { user, channel, thread };
}

let loading = null;
let stale = false;
// Runs one load at a time. A change during a load causes one more.
function load() {
  stale = true;
  loading ??= (async () => {
    while (stale) {
      stale = false;
      await loadOnce();
    }
  })().finally(() => (loading = null));
  return loading;
}

async function loadOnce() {
  store.workspace = await get("workspace");
  const people = world.people();
  const asked = parse();
  store.user = people.find((one) => one.id === (store.user ?? asked.user))?.id ?? people[0].id;
  store.unread = (await get(`unread?user=${store.user}`)).unread;
  const wanted = store.channel ? store : asked; // read only now, since the channel may have changed meanwhile
  const mine = world.channels();
  const first = mine.find((one) => one.kind !== "im") ?? mine[0];
  const channel = mine.find((one) => one.id === wanted.channel)?.id ?? first.id;
  if (channel === store.channel) return redraw();
  await go(channel, wanted.thread);
}

function redraw() {
  drawSidebar();
  drawHeader();
}

async function go(channel, thread = null) {
  Object.assign(store, { channel, thread: thread || null, tab: "messages" });
  const newFrom = store.unread[channel]?.first_ts ?? null;
  redraw();
  by("messages").setAttribute("aria-busy", "true");
  composer.show();
  store.emit("place");
  await Promise.all([list.show(channel, null, newFrom), showThread(store.thread)]);
}

async function showThread(thread) {
  store.thread = thread;
  by("thread").hidden = !thread;
  document.body.classList.toggle("threaded", Boolean(thread));
  remember();
  if (!thread) return;
  by("replies").replaceChildren();
  answer.show();
  await replies.show(store.channel, thread);
}

function remember() {
  const parts = [store.user, store.channel, store.thread].filter(Boolean);
  history.replaceState(null, "", `#${parts.join("/")}`);
}

function become(user) {
  if (user === store.user) return;
  const before = world.channel(store.channel);
  store.user = user;
  const mine = world.channels();
  const same = before.kind === "im" ? mine.find((one) => one.kind === "im") : mine.find((one) => one.id === before.id);
  const { tab } = store;
  store.channel = (same ?? mine[0]).id;
  store.emit("person");
  get(`unread?user=${user}`).then(({ unread }) => {
    store.unread = unread;
    go(store.channel).then(() => before.kind === "im" && showTab(tab));
  });
}

// --- the header and the app's tabs

function drawHeader() {
  const place = world.channel(store.channel);
  by("title").textContent = world.placeName(place);
  by("topic").textContent = place.kind === "im" ? "App" : place.topic;
  const tabbed = place.kind === "im" && store.workspace.app.home_tab;
  by("tabs").hidden = !tabbed;
  for (const tab of by("tabs").children) tab.setAttribute("aria-selected", String(tab.dataset.tab === store.tab));
  const onHome = tabbed && store.tab === "home";
  by("home").hidden = !onHome;
  by("talk").hidden = onHome;
  by("write").hidden = onHome || place.is_archived || (place.kind === "im" && store.workspace.app.messages_tab_read_only);
}

async function showTab(tab) {
  store.tab = tab;
  drawHeader();
  if (!by("home").hidden) await home.open();
  else if (!by("tabs").hidden) await post("open_home", { user: store.user, tab: "messages" });
}

by("tabs").append(...[["home", "Home"], ["messages", "Messages"]].map(([tab, name]) =>
  el("button", { type: "button", role: "tab", "data-tab": tab, onclick: () => showTab(tab) }, name)));

store.on("go", (channel) => {
  const isApp = world.channel(channel).kind === "im" && store.workspace.app.home_tab;
  go(channel).then(() => isApp && showTab(store.unread[channel] ? "messages" : "home"));
});
store.on("become", become);
store.on("thread", (ts) => showThread(ts).then(() => answer.field.focus()));
store.on("say", (text) => composer.say(text));

// --- read marks

let marking = null;
store.on("seen", (channel) => {
  if (document.hidden || channel !== store.channel || by("talk").hidden) return;
  clearTimeout(marking); // one request for many messages
  marking = setTimeout(() => post("mark_read", { user: store.user, channel }), 150);
});
document.addEventListener("visibilitychange", () => !document.hidden && list.atEnd() && list.read());

// Counts unread messages once after several notices in a row.
let counting = null;
function count() {
  counting ??= setTimeout(async () => {
    counting = null;
    const { user } = store;
    const { unread } = await get(`unread?user=${user}`);
    if (user !== store.user) return;
    store.unread = unread;
    drawSidebar();
  }, 100);
}

// --- live updates

function onNotice(notice) {
  if (!store.workspace) return;
  store.emit(notice.kind, notice);
  switch (notice.kind) {
    case "message":
    case "warning":
      if (notice.kind === "warning" && notice.user !== store.user) return;
      if (!world.channel(notice.channel)) return void load();
      if (notice.channel !== store.channel) return void count();
      list.changed(notice.ts);
      if (store.thread) replies.changed(notice.ts);
      return;
    case "read":
      if (notice.user === store.user) count();
      return;
    case "channel":
    case "user":
    case "group":
    case "connections":
    case "settings":
      return void load();
    case "reload":
      return void load().then(() => list.again());
  }
}

listen(onNotice, async (connected) => {
  const again = connected && store.workspace && !store.connected;
  store.connected = connected;
  if (connected) {
    await load();
    store.emit("connected");
    if (again) await Promise.all([list.again(), store.thread && replies.again()]);
  } else if (store.workspace) drawSidebar();
});

// --- keyboard and buttons

by("theme").addEventListener("click", nextTheme);
by("drawer-button").addEventListener("click", () => drawer.toggle());
by("close-thread").addEventListener("click", () => showThread(null));
document.addEventListener("keydown", (event) => {
  if (event.key === "F2") {
    event.preventDefault();
    drawer.toggle();
  } else if (event.key === "Escape" && store.thread && !document.querySelector("dialog[open]")) showThread(null);
  else if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const { channels, groups, apps } = places();
    const all = [...channels, ...groups, ...apps].map((one) => one.id);
    const step = event.key === "ArrowDown" ? 1 : -1;
    store.emit("go", all[(all.indexOf(store.channel) + step + all.length) % all.length]);
  }
});
window.addEventListener("hashchange", () => {
  const { user, channel, thread } = parse();
  if (user !== store.user && world.user(user)) become(user);
  else if (world.channel(channel)) go(channel, thread);
});
