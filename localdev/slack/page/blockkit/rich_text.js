// Renders the rich_text and markdown blocks as DOM nodes. All text becomes text nodes.
import { el } from "../dom.js";
import { emojiFor } from "../emoji.js";
import { broadcast, channelMention, date, groupMention, link, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark", client_highlight: "mark" };

function piece(one, world) {
  switch (one.type) {
    case "text": return lines(one.text);
    case "link": return link(one.url, one.text || one.url);
    case "emoji": return emojiFor(one.name) ?? `:${one.name}:`;
    case "user": return userMention(one.user_id, world);
    case "channel": return channelMention(one.channel_id, world);
    case "usergroup": return groupMention(one.usergroup_id, world);
    case "broadcast": return broadcast(one.range);
    case "color": return el("code", {}, one.value);
    case "date": return date(["", String(one.timestamp), one.format, one.url], one.fallback ?? null, world);
    default: return one.text ?? "";
  }
}

const lines = (text) => text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));

function pieces(elements, world) {
  return elements.map((one) =>
    Object.entries(STYLES).reduce((inner, [style, tag]) => (one.style?.[style] ? el(tag, {}, inner) : inner), piece(one, world)));
}

export function renderRichText(block, world) {
  return el("div", { class: "block richtext" }, block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      return el(part.style === "ordered" ? "ol" : "ul",
        { class: `indent${Math.min(part.indent ?? 0, 8)}`, start: part.style === "ordered" && part.offset ? part.offset + 1 : null },
        part.elements.map((item) => el("li", {}, pieces(item.elements, world))));
    }
    const tag = { rich_text_preformatted: "pre", rich_text_quote: "blockquote" }[part.type] ?? "div";
    return el(tag, {}, pieces(part.elements ?? [], world));
  }));
}

// --- markdown

const SPANS = [
  [/`([^`]+)`/, (found) => el("code", {}, found[1])],
  [/\[([^\]]+)\]\(([^)\s]+)\)/, (found) => link(found[2], found[1])],
  [/\*\*([^*]+)\*\*/, (found) => el("strong", {}, inline(found[1]))],
  [/~~([^~]+)~~/, (found) => el("s", {}, inline(found[1]))],
  [/[*_]([^*_]+)[*_]/, (found) => el("em", {}, inline(found[1]))],
  [/:([a-z0-9_+-]+):/, (found) => emojiFor(found[1]) ?? found[0]],
];

function inline(text) {
  let first = null;
  for (const [pattern, make] of SPANS) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { found, make };
  }
  if (!first) return [text];
  const { found, make } = first;
  return [text.slice(0, found.index), make(found), ...inline(text.slice(found.index + found[0].length))];
}

export function renderMarkdown(text) {
  const out = el("div", { class: "block richtext" });
  let open = null;
  for (const part of text.split(/(```[\s\S]*?```)/)) {
    if (part.startsWith("```")) {
      out.append(el("pre", {}, part.slice(3, -3).replace(/^\w*\n/, "")));
      open = null;
      continue;
    }
    for (const line of part.split("\n")) {
      const [, marks, title] = /^(#{1,6})\s+(.*)/.exec(line) ?? [];
      const [, bullet, item] = /^\s*([-*+]|\d+\.)\s+(.*)/.exec(line) ?? [];
      const quote = /^>\s?(.*)/.exec(line);
      const tag = bullet ? (/\d/.test(bullet) ? "ol" : "ul") : quote ? "blockquote" : null;
      if (!tag) open = null;
      else if (open?.localName !== tag) out.append((open = el(tag)));
      if (marks) out.append(el(`h${Math.min(marks.length + 2, 6)}`, {}, inline(title)));
      else if (bullet) open.append(el("li", {}, inline(item)));
      else if (quote) open.append(el("div", {}, inline(quote[1])));
      else if (line.trim()) out.append(el("p", {}, inline(line)));
    }
  }
  return out;
}
