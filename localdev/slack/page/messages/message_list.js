// The messages of a channel or thread. Loads the newest page first, older pages while scrolling up, and single messages
// when they change.
import { post } from "../control_api.js";
import { el } from "../dom.js";
import { Form } from "../blockkit/form.js";
import { isReply, renderMessage, timeOf } from "./message.js";
import { store } from "../store.js";

const PAGE = 60;
const GROUP_SECONDS = 300;
const DAY = { dateStyle: "full" };

export class MessageList {
  // `thread`: the ts of the thread that this list shows; null for a channel.
  constructor(list, { jump = null } = {}) {
    Object.assign(this, { list, jump, entries: new Map(), thread: null, more: false, loading: null, key: null, newFrom: null });
    list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    for (const moved of ["wheel", "touchmove", "keydown"]) list.addEventListener(moved, () => (this.ended = this.settling = false), { passive: true });
    new ResizeObserver(() => this.ended && this.toEnd()).observe(list); // for example when the drawer opens or the draft grows
    jump?.addEventListener("click", () => this.toEnd());
  }

  async show(channel, thread = null, newFrom = null) {
    const key = (this.key = `${store.user}/${channel}/${thread ?? ""}`);
    Object.assign(this, { channel, thread, newFrom, more: false, loading: null });
    const page = await this.fetch();
    if (key !== this.key) return;
    this.entries.clear();
    this.take(page);
    this.toEnd();
    this.list.removeAttribute("aria-busy");
  }

  // Reloads after the stream was interrupted, and keeps the scroll position.
  async again() {
    if (!this.key) return;
    const { key } = this;
    const page = await this.fetch(null, Math.min(Math.max(this.entries.size, PAGE), 999));
    if (key !== this.key) return;
    const stay = new Set(page.messages.map((one) => one.ts));
    for (const ts of this.entries.keys()) if (!stay.has(ts)) this.entries.delete(ts);
    this.take(page);
  }

  fetch(before = null, limit = PAGE) {
    const body = { user: store.user, channel: this.channel, before, limit };
    if (this.thread) body.thread_ts = this.thread;
    return post("messages", body);
  }

  take({ messages, has_more: more }) {
    for (const message of messages) this.keep(message);
    this.more = more;
    this.draw();
  }

  async older() {
    if (!this.more || this.loading || this.settling) return;
    const { key } = this;
    const loading = (this.loading = this.fetch([...this.entries.keys()].sort()[0]));
    try {
      const page = await loading;
      if (key !== this.key) return;
      const height = this.list.scrollHeight - this.list.scrollTop;
      this.take(page);
      this.list.scrollTop = this.list.scrollHeight - height;
    } finally {
      if (this.loading === loading) this.loading = null;
    }
    this.scrolled();
  }

  scrolled() {
    this.ended = this.settling || this.atEnd();
    if (this.ended) this.read();
    if (this.list.scrollTop < 600) this.older();
  }

  belongs(message) {
    if (this.thread) return message.ts === this.thread || message.thread_ts === this.thread;
    return !isReply(message) || message.subtype === "thread_broadcast";
  }

  async changed(ts) {
    const { key } = this;
    const { message } = await post("message", { user: store.user, channel: this.channel, ts });
    if (key !== this.key) return;
    const known = this.entries.has(ts);
    if (!message || !this.belongs(message)) {
      if (!known) return;
      this.entries.delete(ts);
    } else {
      const oldest = [...this.entries.keys()].sort()[0];
      if (!known && this.more && ts < oldest) return;
      this.keep(message);
    }
    const follow = this.atEnd() || (!known && message?.user === store.user);
    this.draw();
    if (follow) this.toEnd();
    else if (!known && message && this.jump) this.jump.hidden = false;
  }

  keep(message) {
    const json = JSON.stringify(message);
    const before = this.entries.get(message.ts);
    if (before?.json === json) return;
    const form = message.blocks && new Form(message.blocks, before?.form);
    this.entries.set(message.ts, { message, json, form, node: null, day: null });
  }

  draw() {
    const focused = focusIn(this.list);
    const sorted = [...this.entries.values()].sort((a, b) => (a.message.ts < b.message.ts ? -1 : 1));
    const nodes = [];
    let above = null;
    let day = null;
    for (const entry of sorted) {
      const { message } = entry;
      const today = (entry.day ??= timeOf(message.ts, DAY));
      if (today !== day && !this.thread) nodes.push(this.divider(today, message.ts));
      const fresh = this.newFrom && message.ts >= this.newFrom && !(above?.ts >= this.newFrom);
      if (fresh && !this.thread) nodes.push(el("li", { class: "new", role: "separator" }, el("span", {}, "New")));
      const follows = today === day && !fresh && above?.user === message.user && !message.is_ephemeral && !above.is_ephemeral
        && message.ts - above.ts < GROUP_SECONDS && !message.blocks && !above.blocks && message.subtype !== "tombstone";
      if (!entry.node || entry.follows !== follows) {
        entry.follows = follows;
        entry.node = renderMessage(message, { follows, inThread: Boolean(this.thread), form: entry.form });
      }
      nodes.push(entry.node);
      day = today;
      above = message;
    }
    if (!sorted.length) nodes.push(el("li", { class: "empty" }, "Nothing here yet."));
    reconcile(this.list, nodes);
    if (focused) this.list.querySelector(`[data-ts="${focused.ts}"] [data-action="${CSS.escape(focused.action)}"]`)?.focus();
  }

  divider(day, ts) {
    const now = Date.now() / 1000;
    const names = [[now, "Today"], [now - 86_400, "Yesterday"]];
    const name = names.find(([moment]) => timeOf(moment, DAY) === day)?.[1] ?? timeOf(ts, { weekday: "long", month: "long", day: "numeric" });
    return el("li", { class: "day", role: "separator" }, el("span", {}, name));
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  // Messages outside the window have estimated heights until they are drawn, so scroll until the end does not move.
  toEnd(frames = 12) {
    this.ended = true;
    this.settling = frames > 0;
    this.list.scrollTop = this.list.scrollHeight;
    if (this.settling) requestAnimationFrame(() => (this.ended ? this.toEnd(frames - 1) : (this.settling = false)));
    else this.scrolled();
  }

  read() {
    if (this.jump) this.jump.hidden = true;
    if (!this.thread && this.entries.size) store.emit("seen", this.channel);
  }

  lastOf(user) {
    return [...this.entries.values()].map((one) => one).filter((one) => one.message.user === user && !one.message.is_ephemeral).sort((a, b) => (a.message.ts < b.message.ts ? 1 : -1))[0];
  }
}

// Makes `nodes` the children of `list`, and moves only those that are not in their place.
function reconcile(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  let here = list.firstElementChild;
  for (const node of nodes) {
    if (node === here) here = here.nextElementSibling;
    else list.insertBefore(node, here);
  }
}

function focusIn(list) {
  const active = document.activeElement;
  if (!list.contains(active)) return null;
  const { action } = active.dataset;
  const ts = active.closest("[data-ts]")?.dataset.ts;
  return action && ts ? { action, ts } : null;
}
