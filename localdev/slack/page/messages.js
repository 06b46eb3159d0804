// One message with its thread, and the list that keeps nodes which did not change.
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

export function renderMessage(message, replies, world, hands) {
  const author = world.user(message.user);
  const name = author?.real_name ?? (message.user === "USLACKBOT" ? "Slackbot" : message.user);
  const gone = message.subtype === "tombstone";
  const act = (target, element, block, option) => hands.click(message, target, element, block, option);
  const body = message.blocks?.length
    ? renderBlocks(message.blocks, world, act)
    : [el("div", { class: "text" }, mrkdwn(message.text, world))];
  const seconds = Number(message.ts) * 1000;
  const time = new Intl.DateTimeFormat("en", { timeZone: world.timeZone(), hour: "numeric", minute: "2-digit" });
  return el("li", { class: `message${message.is_ephemeral ? " ephemeral" : ""}${gone ? " gone" : ""}`, "data-ts": message.ts },
    el("span", { class: `avatar a${world.colour(message.user)}`, "aria-hidden": "true" }, name[0]),
    el("div", { class: "content" },
      message.is_ephemeral && el("p", { class: "mark" }, "👁 Only visible to you",
        el("button", { type: "button", class: "quiet", onclick: () => hands.dismiss(message) }, "Dismiss")),
      el("p", { class: "byline" },
        el("strong", {}, name),
        author?.is_bot ? el("span", { class: "badge" }, "APP") : null,
        el("time", { datetime: new Date(seconds).toISOString(), title: new Date(seconds).toString() }, time.format(seconds)),
        message.edited && el("span", { class: "edited" }, "(edited)")),
      body,
      message.warning && el("p", { class: "warning", role: "alert" }, `⚠ ${explain(message.warning, world)}`),
      thread(message, replies, world, hands)));
}

function thread(message, replies, world, hands) {
  if (message.thread_ts && message.thread_ts !== message.ts) return null;
  const list = replies.length ? el("ol", { class: "thread", "aria-label": "Thread" }, replies.map((reply) => renderMessage(reply, [], world, hands))) : null;
  if (message.is_ephemeral) return list;
  const answer = el("button", { type: "button", class: "quiet reply", "data-action": "reply", onclick: () => hands.reply(message) }, "Reply in thread");
  return el("div", {}, list, answer);
}

function explain(warning, world) {
  if (warning === "operation_timeout") return `${world.appName()} did not answer in time. Try again.`;
  if (warning === "dispatch_failed") return `${world.appName()} is not connected right now.`;
  return warning;
}

// Draws `messages` (replies among them) into `list`; nodes whose JSON is the same stay, and so does the focus.
export class MessageList {
  constructor(list) {
    this.list = list;
    this.drawn = new Map();
  }

  draw(key, messages, world, hands) {
    if (key !== this.key) {
      this.key = key;
      this.drawn.clear();
      this.list.replaceChildren();
    }
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const focused = this.focus();
    const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
    const known = new Set(messages.map((message) => message.ts));
    const top = messages.filter((message) => !isReply(message) || !known.has(message.thread_ts));
    const next = new Map();
    for (const message of top) {
      const replies = messages.filter((one) => isReply(one) && one.thread_ts === message.ts);
      const json = JSON.stringify([message, replies]);
      const before = this.drawn.get(message.ts);
      next.set(message.ts, before?.json === json ? before : { json, node: renderMessage(message, replies, world, hands) });
    }
    const nodes = [...next.values()].map((entry) => entry.node);
    if (!nodes.length) nodes.push(el("li", { class: "empty" }, "Nothing here yet."));
    if (nodes.length !== this.list.children.length || nodes.some((node, i) => this.list.children[i] !== node)) {
      this.list.replaceChildren(...nodes);
    }
    this.drawn = next;
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    if (focused) this.list.querySelector(`[data-ts="${focused.ts}"] [data-action="${CSS.escape(focused.action)}"]`)?.focus();
  }

  focus() {
    const active = document.activeElement;
    const action = active?.dataset?.action;
    const ts = active?.closest?.("[data-ts]")?.dataset.ts;
    return action && ts ? { action, ts } : null;
  }
}
