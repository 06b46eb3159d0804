// The state of the page: the workspace, the current user and channel, and the listeners for changes.
const listeners = new Map();

export const store = {
  workspace: null,
  user: null,
  channel: null,
  thread: null,
  tab: "home",
  unread: {},
  connected: false,
  on(kind, act) {
    for (const one of kind.split(" ")) listeners.set(one, [...(listeners.get(one) ?? []), act]);
  },
  emit(kind, detail) {
    for (const act of listeners.get(kind) ?? []) act(detail);
  },
};

const find = (kind, id) => store.workspace[kind].find((one) => one.id === id);

export const world = {
  user: (id) => find("users", id),
  userName: (id) => find("users", id)?.name,
  channel: (id) => find("channels", id),
  channelName: (id) => find("channels", id)?.name,
  groupName: (id) => find("groups", id)?.handle,
  appName: () => world.user(store.workspace.app.bot_user_id).real_name,
  timeZone: () => world.user(store.user).tz,
  people: () => store.workspace.users.filter((one) => !one.is_bot),
  channels: () => store.workspace.channels.filter((one) => one.members.includes(store.user)),
  isMe: (id) => id === store.user || world.group(id)?.users.includes(store.user),
  group: (id) => find("groups", id),
  open: (channel) => store.emit("go", channel),
  colour: (id) => Math.max(0, store.workspace.users.findIndex((one) => one.id === id)) % 6,
  placeName(place) {
    if (place.kind === "im") return world.appName();
    if (place.kind === "mpim") return place.members.filter((one) => one !== store.user).map((one) => world.user(one)?.real_name ?? one).join(", ");
    return `#${place.name}`;
  },
};
