// Block Kit as DOM nodes. `act(element, block, option)` is called for a press that was confirmed.
import { el } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

export function renderBlocks(blocks, world, act) {
  return blocks.map((block) => {
    const render = BLOCKS[block.type] ?? unknown;
    return render(block, world, act);
  });
}

const BLOCKS = {
  header: (block, world) => el("h3", { class: "block header" }, textObject(block.text, world)),
  divider: () => el("hr", { class: "block" }),
  section(block, world, act) {
    const body = el("div", { class: "body" });
    if (block.text) body.append(el("div", { class: "text" }, textObject(block.text, world)));
    if (block.fields) {
      body.append(el("div", { class: "fields" }, block.fields.map((field) => el("div", {}, textObject(field, world)))));
    }
    const accessory = block.accessory && el("div", { class: "accessory" }, element(block.accessory, block, world, act));
    return el("div", { class: "block section" }, body, accessory);
  },
  context: (block, world) =>
    el("div", { class: "block context" }, block.elements.map((one) =>
      one.type === "image" ? image(one) : el("span", {}, textObject(one, world)))),
  actions: (block, world, act) =>
    el("div", { class: "block actions" }, block.elements.map((one) => element(one, block, world, act))),
  image: (block, world) => el("figure", { class: "block" }, image(block), block.title && el("figcaption", {}, textObject(block.title, world))),
  rich_text: (block) => el("div", { class: "block" }, plain(flat(block))),
  markdown: (block) => el("div", { class: "block" }, plain(block.text)),
};

const unknown = (block) => el("div", { class: "block unknown" }, `[${block.type}]`);

// Remote images are never fetched: the alternative text stands for them.
const image = (one) => el("span", { class: "image", role: "img", "aria-label": one.alt_text }, `🖼 ${one.alt_text}`);

function flat(node) {
  if (node.type === "text") return node.text;
  if (node.type === "link") return node.text || node.url;
  if (node.type === "user") return `@${node.user_id}`;
  return (node.elements ?? []).map(flat).join("");
}

function element(one, block, world, act) {
  const id = `${block.block_id}/${one.action_id}`;
  if (one.type === "button") {
    return el("button", {
      type: "button",
      class: one.style ?? "",
      "data-action": id,
      "aria-label": one.accessibility_label,
      onclick: async (event) => {
        const target = event.currentTarget;
        if (!(await confirmed(one.confirm, world))) return;
        if (/^https?:/.test(one.url ?? "")) window.open(one.url, "_blank", "noopener,noreferrer");
        act(target, one, block, null);
      },
    }, textObject(one.text, world));
  }
  if (one.type === "overflow" || one.type === "static_select") {
    const options = one.options ?? one.option_groups.flatMap((group) => group.options);
    const list = el("select", {
      "data-action": id,
      class: one.type,
      "aria-label": one.placeholder?.text ?? "More actions",
      onchange: async (event) => {
        const target = event.target;
        const option = options[Number(target.value)];
        if (await confirmed(one.confirm, world)) act(target, one, block, option);
        target.selectedIndex = 0;
      },
    });
    list.append(el("option", { value: "", selected: true, hidden: true }, one.placeholder?.text ?? "⋯"));
    options.forEach((option, index) => list.append(el("option", { value: index }, option.text.text)));
    return list;
  }
  return one.type === "image" ? image(one) : unknown(one);
}

async function confirmed(confirm, world) {
  if (!confirm) return true;
  const dialog = document.getElementById("confirm");
  const part = (name) => dialog.querySelector(`#confirm-${name}`);
  part("title").replaceChildren(textObject(confirm.title, world));
  part("text").replaceChildren(textObject(confirm.text, world));
  part("no").replaceChildren(textObject(confirm.deny, world));
  part("yes").replaceChildren(textObject(confirm.confirm, world));
  part("yes").className = confirm.style === "danger" ? "danger" : "primary";
  dialog.returnValue = "no";
  dialog.showModal();
  part("yes").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
