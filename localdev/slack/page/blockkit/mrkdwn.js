// Renders Slack's mrkdwn as DOM nodes. All text becomes text nodes, so that messages cannot inject HTML.
import { el } from "../dom.js";
import { emojiFor } from "../emoji.js";

const SPAN = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(https?:\/\/[^\s<>|]+)/;
const STYLES = { "*": "strong", _: "em", "~": "s" };

export function mrkdwn(text, world, { verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  let quote = null;
  // Code blocks can have several lines, so quotes are parsed only outside of them.
  for (const part of text.split(/(```[\s\S]+?```)/)) {
    if (part.startsWith("```") && part.length > 6) {
      quote = null;
      out.append(...inline(part, world, verbatim));
      continue;
    }
    part.split("\n").forEach((line, index) => {
      const quoted = /^(&gt;|>) ?/.exec(line);
      if (quoted) {
        if (!quote) out.append((quote = el("blockquote")));
        else quote.append(el("br"));
        quote.append(...inline(line.slice(quoted[0].length), world, verbatim));
      } else {
        if (index > 0 && !quote) out.append(el("br"));
        quote = null;
        out.append(...inline(line, world, verbatim));
      }
    });
  }
  return out;
}

export function plain(text, emoji = true) {
  const out = document.createDocumentFragment();
  // As in Slack, the three entities are decoded in plain text too.
  unescape(text).split("\n").forEach((line, index) => {
    if (index > 0) out.append(el("br"));
    out.append(emoji ? withEmoji(line) : line);
  });
  return out;
}

// Renders a text object of Block Kit.
export function textObject(object, world) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, world, { verbatim: object.verbatim });
  return plain(object.text, object.emoji !== false);
}

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):(:skin-tone-\d:)?/g, (whole, name) => emojiFor(name) ?? whole);

function inline(text, world, verbatim) {
  const nodes = [];
  while (text) {
    const found = SPAN.exec(text);
    const before = found ? text.slice(0, found.index) : text;
    nodes.push(...(found ? [before, found] : [before]));
    text = found ? text.slice(found.index + found[0].length) : "";
  }
  return styled(nodes, world, verbatim);
}

// Splits at the first pair of style marks at word edges. They can enclose links and code.
function styled(nodes, world, verbatim) {
  for (let start = 0; start < nodes.length; start++) {
    if (typeof nodes[start] !== "string") continue;
    for (const opening of nodes[start].matchAll(/(^|[\s(\[{"'.,:;!?*_~-])([*_~])(?=\S|$)/g)) {
      const mark = opening[2];
      const from = opening.index + opening[1].length;
      const end = closing(nodes, start, from + 1, mark);
      if (!end) continue;
      const head = [...nodes.slice(0, start), nodes[start].slice(0, from)];
      const inner = end.node === start
        ? [nodes[start].slice(from + 1, end.at)]
        : [nodes[start].slice(from + 1), ...nodes.slice(start + 1, end.node), nodes[end.node].slice(0, end.at)];
      const tail = [nodes[end.node].slice(end.at + 1), ...nodes.slice(end.node + 1)];
      return [
        ...leaves(head, world, verbatim),
        el(STYLES[mark], {}, styled(inner, world, verbatim)),
        ...styled(tail, world, verbatim),
      ];
    }
  }
  return leaves(nodes, world, verbatim);
}

function closing(nodes, start, from, mark) {
  for (let index = start; index < nodes.length; index++) {
    if (typeof nodes[index] !== "string") continue;
    for (let at = index === start ? from : 0; at < nodes[index].length; at++) {
      if (nodes[index][at] !== mark) continue;
      const previous = at > 0 ? nodes[index][at - 1] : index > start ? "x" : " ";
      const next = nodes[index][at + 1] ?? " ";
      const empty = index === start && at === from;
      if (!empty && !/\s/.test(previous) && !/\w/.test(next)) return { node: index, at };
    }
  }
  return null;
}

function leaves(nodes, world, verbatim) {
  return nodes
    .filter((node) => node !== "")
    .map((node) => (typeof node === "string" ? unescape(node) : span(node, world, verbatim)));
}

function span([whole, fence, code, angle, emoji, address], world, verbatim) {
  if (fence !== undefined) return el("pre", {}, unescape(fence.replace(/^\n/, "")));
  if (code !== undefined) return el("code", {}, unescape(code));
  if (angle !== undefined) return reference(angle, world);
  if (emoji !== undefined) return emojiFor(emoji) ?? whole;
  return verbatim ? unescape(address) : link(unescape(address), unescape(address));
}

function reference(inside, world) {
  const bar = inside.indexOf("|");
  const target = unescape(bar < 0 ? inside : inside.slice(0, bar));
  const label = bar < 0 ? null : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), world, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), world, label);
  if (target.startsWith("!date^")) return date(target.split("^"), label, world);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), world, label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!")) return label ?? target;
  return link(target, label ? withEmoji(label) : target);
}

const mention = (text, kind = "") => el("span", { class: `mention ${kind}` }, text);
const named = (name, label) => name ?? label?.replace(/^[@#]/, "");

export const userMention = (id, world, label) => mention(`@${named(world.userName(id), label) ?? id}`, world.isMe(id) ? "loud" : "");
export const groupMention = (id, world, label) => mention(`@${named(world.groupName(id), label) ?? id}`, world.isMe(id) ? "loud" : "");
export const broadcast = (range) => mention(`@${range}`, "loud");

export function channelMention(id, world, label) {
  const text = `#${named(world.channelName(id), label) ?? id}`;
  if (!world.channelName(id)) return mention(text);
  return el("button", { type: "button", class: "mention", onclick: () => world.open(id) }, text);
}

// Only http and https URLs become links; others (javascript:, data:) stay text.
export function link(target, label) {
  let url = null;
  try {
    url = new URL(target);
  } catch {
    return label;
  }
  if (!["https:", "http:", "mailto:"].includes(url.protocol)) return label === target ? target : `${label} (${target})`;
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

export function date([, seconds, format = "", address], fallback, world) {
  const moment = new Date(Number(seconds) * 1000);
  if (!/^\d+$/.test(seconds) || Number.isNaN(moment.getTime())) return fallback ?? "";
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => dateToken(token, moment, world.timeZone()) ?? whole);
  const node = el("time", { datetime: moment.toISOString(), title: moment.toString() }, text);
  return address ? link(address, node) : node;
}

function dateToken(token, moment, timeZone) {
  const show = (options) => new Intl.DateTimeFormat("en", { timeZone, ...options }).format(moment);
  const day = (date) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(date);
  if (token === "time") return show({ hour: "numeric", minute: "2-digit" });
  if (token === "time_secs") return show({ hour: "numeric", minute: "2-digit", second: "2-digit" });
  if (token === "date_num") return day(moment);
  if (token === "ago") return ago(moment);
  const styles = {
    date: { month: "long", day: "numeric", year: "numeric" },
    date_short: { month: "short", day: "numeric", year: "numeric" },
    date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  };
  const pretty = /^(date|date_short|date_long)_pretty$/.exec(token);
  if (pretty) {
    const names = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
    const away = Math.round((Date.parse(day(moment)) - Date.parse(day(new Date()))) / 86_400_000);
    return names[away] ?? show(styles[pretty[1]]);
  }
  return styles[token] ? show(styles[token]) : null;
}

function ago(moment) {
  const seconds = (moment.getTime() - Date.now()) / 1000;
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(
    ([length]) => Math.abs(seconds) >= length,
  ) ?? [1, "second"];
  return new Intl.RelativeTimeFormat("en").format(Math.round(seconds / size), unit);
}
