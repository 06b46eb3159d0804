// Renders one message with its author, time, content and actions.
import { avatar } from "../avatars.js";
import { renderBlocks } from "../blockkit/blocks.js";
import { post } from "../control_api.js";
import { ask } from "../blockkit/dialog.js";
import { el } from "../dom.js";
import { emojiFor, QUICK } from "../emoji.js";
import { renderFiles } from "./files.js";
import { Form } from "../blockkit/form.js";
import { mrkdwn } from "../blockkit/mrkdwn.js";
import { optionsOf } from "../blockkit/select.js";
import { store, world } from "../store.js";

export const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
const place = (message) => ({ user: store.user, channel: message.channel, ts: message.ts });
const say = (text) => store.emit("say", text);

export const nameOf = (id) => world.user(id)?.real_name ?? (id === "USLACKBOT" ? "Slackbot" : id);

const CLOCK = { hour: "numeric", minute: "2-digit" };
const formats = new Map(); // cached, since creating a format is slow

export function timeOf(ts, options = CLOCK) {
  const timeZone = world.timeZone();
  const key = timeZone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en", { timeZone, ...options }));
  return formats.get(key).format(Number(ts) * 1000);
}

async function attempt(work) {
  try {
    await work;
  } catch (error) {
    say(error.message);
  }
}

// `follows`: the message above has the same author, so the name is not repeated.
export function renderMessage(message, { follows = false, inThread = false, form = null } = {}) {
  const gone = message.subtype === "tombstone";
  const mine = message.user === store.user && !gone;
  const admin = world.user(store.user).is_admin;
  const kinds = [follows && "follows", message.is_ephemeral && "ephemeral", gone && "gone"].filter(Boolean).join(" ");
  const clock = el("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: timeOf(message.ts, { dateStyle: "full", timeStyle: "medium" }) }, timeOf(message.ts));
  const node = el("li", { class: `message ${kinds}`, "data-ts": message.ts, "data-user": message.user },
    follows ? el("span", { class: "gutter" }, clock) : avatar(message.user),
    el("article", { class: "content", "aria-label": `${nameOf(message.user)} at ${timeOf(message.ts)}` },
      message.is_ephemeral && el("p", { class: "mark" }, "Only visible to you",
        el("button", { type: "button", class: "quiet", onclick: () => attempt(post("delete_message", place(message))) }, "Dismiss")),
      !follows && el("p", { class: "byline" },
        el("strong", {}, nameOf(message.user)),
        world.user(message.user)?.is_bot && el("span", { class: "badge" }, "APP"), clock),
      message.subtype === "thread_broadcast" && !inThread && el("p", { class: "mark" }, "Replied to a thread"),
      message.blocks?.length
        ? renderBlocks(message.blocks, hands(message, form ?? new Form(message.blocks)))
        : message.text && el("div", { class: "text" }, mrkdwn(message.text, world)),
      message.edited && el("span", { class: "edited" }, "(edited)"),
      message.files && renderFiles(message.files),
      message.warning && el("p", { class: "warning", role: "alert" }, `⚠ ${explain(message.warning)}`),
      message.reactions && reactions(message),
      message.reply_count > 0 && !inThread && el("button", { type: "button", class: "replies", onclick: () => store.emit("thread", message.ts) },
        (message.reply_users ?? []).map((user) => avatar(user, "tiny")),
        `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`,
        el("small", {}, `last at ${timeOf(message.latest_reply)}`))));
  if (!gone && !message.is_ephemeral) node.append(toolbar(message, node, { mine, admin, inThread }));
  return node;
}

function hands(message, form) {
  const at = (block, one) => ({ ...place(message), block_id: block.block_id, action_id: one.action_id });
  return {
    world,
    surface: "message",
    form,
    async act(one, block, value, target) {
      target.setAttribute("aria-busy", "true");
      say("Waiting for the app…");
      await attempt(post("click", { ...at(block, one), value, state: form.values() }).then(() => say("")));
      target.removeAttribute("aria-busy");
    },
    async suggest(one, block, text) {
      const offered = await post("suggest", { ...at(block, one), value: text });
      if (offered.error) throw new Error(explain(offered.error));
      return optionsOf(offered);
    },
  };
}

export function explain(warning) {
  if (warning === "operation_timeout") return `${world.appName()} did not answer in time. Try again.`;
  if (warning === "dispatch_failed") return `${world.appName()} is not connected right now.`;
  if (warning === "not_configured") return `${world.appName()} is not configured to handle this.`;
  return warning;
}

function react(message, name, on) {
  return attempt(post("react", { ...place(message), name, on }));
}

function reactions(message) {
  return el("div", { class: "reactions" }, message.reactions.map((one) => {
    const mine = one.users.includes(store.user);
    const who = one.users.map(nameOf).join(", ");
    return el("button", {
      type: "button", "aria-pressed": String(mine), title: `${who} reacted with :${one.name}:`, "aria-label": `${one.name}, ${one.count}: ${who}`,
      onclick: () => react(message, one.name, !mine),
    }, emojiFor(one.name) ?? `:${one.name}:`, el("span", {}, String(one.count)));
  }));
}

const icon = (d) => el("svg", { class: "pen", viewBox: "0 0 24 24", "aria-hidden": "true" }, el("path", { d }));

function toolbar(message, node, { mine, admin, inThread }) {
  const button = (label, sign, onclick) => el("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick }, sign);
  return el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    QUICK.map((name) => button(`React with ${name}`, emojiFor(name), () => react(message, name, true))),
    !inThread && button("Reply in thread", icon("M4 5h16v11H10l-4 4v-4H4z"), () => store.emit("thread", message.thread_ts ?? message.ts)),
    mine && button("Edit message", icon("M4 20l1-4L16 5l3 3L8 19z"), () => edit(message, node)),
    (mine || admin) && button("Delete message", icon("M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13"), async () => {
      if (await ask("Delete message", "It will be gone for everybody.", "Delete", { danger: true })) {
        await attempt(post("delete_message", place(message)));
      }
    }));
}

// Replaces the text by a field to edit it. Mentions and links are shown as they were typed.
export function edit(message, node) {
  const text = node.querySelector(".text");
  if (!text || node.querySelector(".editing")) return;
  const area = el("textarea", { "aria-label": "Edit message", rows: 2 });
  area.value = text.textContent;
  const done = () => {
    form.replaceWith(text);
    store.emit("edited");
  };
  const form = el("form", {
    class: "editing",
    async onsubmit(event) {
      event.preventDefault();
      if (area.value.trim()) await attempt(post("edit", { ...place(message), text: area.value.trim() }));
      done();
    },
    onkeydown(event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        done();
      }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    },
  }, area, el("menu", {}, el("button", { type: "button", onclick: done }, "Cancel"), el("button", { type: "submit", class: "primary" }, "Save")));
  text.replaceWith(form);
  area.focus();
}
