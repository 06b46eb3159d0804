// Renders blocks as DOM nodes. The interactive elements are in elements.js.
import { el, freshId } from "../dom.js";
import { element } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";
import { renderMarkdown, renderRichText } from "./rich_text.js";

// ctx: {world, surface, form, act(element, block, value, target), suggest(element, block, text)}
export function renderBlocks(blocks, ctx) {
  return blocks.map((block) => (BLOCKS[block.type] ?? unknown)(block, ctx));
}

const BLOCKS = {
  header: (block, { world }) => el(`h${Math.min((block.level ?? 1) + 2, 6)}`, { class: "block header" }, textObject(block.text, world)),
  divider: () => el("hr", { class: "block" }),
  section(block, ctx) {
    const body = el("div", { class: "body" },
      block.text && el("div", { class: "text" }, textObject(block.text, ctx.world)),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", {}, textObject(field, ctx.world)))));
    const beside = block.accessory;
    const accessory = beside && (beside.type === "image" ? picture(beside, "thumb") : element(beside, block, ctx));
    return el("div", { class: "block section" }, body, accessory && el("div", { class: "accessory" }, accessory));
  },
  context: (block, { world }) =>
    el("div", { class: "block context" }, block.elements.map((one) =>
      one.type === "image" ? picture(one, "tiny") : el("span", {}, textObject(one, world)))),
  actions: (block, ctx) => el("div", { class: "block actions" }, block.elements.map((one) => element(one, block, ctx))),
  context_actions: (block, ctx) => el("div", { class: "block actions" }, block.elements.flatMap((one) => feedback(one, block, ctx))),
  image: (block, { world }) =>
    el("figure", { class: "block" }, block.title && el("figcaption", {}, textObject(block.title, world)), picture(block, "large")),
  rich_text: (block, { world }) => renderRichText(block, world),
  markdown: (block) => renderMarkdown(block.text),
  table: (block, { world }) =>
    el("div", { class: "block scroll" }, el("table", {}, block.rows.map((row, index) =>
      el("tr", {}, row.map((cell) => el(index ? "td" : "th", { scope: index ? null : "col" },
        cell.type === "raw_text" ? plain(cell.text) : renderRichText(cell, world))))))),
  video: (block, { world }) =>
    el("div", { class: "block card" }, el("span", { class: "sign", "aria-hidden": "true" }, "▶"),
      el("strong", {}, textObject(block.title, world)), block.description && el("span", {}, textObject(block.description, world))),
  file: (block) => el("div", { class: "block card" }, el("strong", {}, `File ${block.external_id}`)),
  input,
};

const unknown = (block) => el("div", { class: "block unknown" }, `A ${block.type} block`);

// Images of other servers are not loaded. A frame with the alternative text is shown instead.
function picture(one, size) {
  const own = one.image_url && new URL(one.image_url, location.href).origin === location.origin;
  if (own) return el("img", { class: size, src: one.image_url, alt: one.alt_text, loading: "lazy" });
  return el("span", { class: `picture-frame ${size}`, role: "img", "aria-label": one.alt_text, title: one.alt_text },
    el("span", { "aria-hidden": "true" }, size === "large" ? `🖼 ${one.alt_text}` : "🖼"));
}

function feedback(one, block, ctx) {
  if (one.type !== "feedback_buttons") return [element({ ...one, type: "button" }, block, ctx)];
  return ["positive_button", "negative_button"].map((name) =>
    element({ ...one[name], type: "button", action_id: one.action_id }, block, ctx));
}

function input(block, ctx) {
  const label = freshId();
  const error = el("p", { class: "error", id: freshId(), role: "alert", hidden: true });
  const hint = block.hint && el("p", { class: "hint", id: freshId() }, textObject(block.hint, ctx.world));
  const described = [error.id, hint?.id].filter(Boolean).join(" ");
  const node = element(block.element, block, ctx, { "aria-labelledby": label, "aria-describedby": described });
  ctx.form.register(block.block_id, error, node.matches("input, textarea, button") ? node : node.querySelector("input, textarea, button"));
  return el("div", { class: "block input", "data-block": block.block_id },
    el("div", { class: "label", id: label }, textObject(block.label, ctx.world), block.optional && el("span", { class: "soft" }, " (optional)")),
    node, error, hint);
}
