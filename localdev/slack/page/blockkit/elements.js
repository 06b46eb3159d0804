// Renders the interactive elements. A change in an actions or section block is sent at once; in an input block only
// with dispatch_action.
import { upload } from "../control_api.js";
import { confirmed } from "./dialog.js";
import { beside, el, freshId } from "../dom.js";
import { textObject } from "./mrkdwn.js";
import { select } from "./select.js";
import { store } from "../store.js";

// `about` are attributes of the control, such as its label and description.
export function element(one, block, ctx, about = {}) {
  const hands = {
    first: (initial) => (ctx.form.has(block.block_id, one.action_id) ? ctx.form.get(block.block_id, one.action_id) : initial),
    keep: (value) => ctx.form.set(block.block_id, one.action_id, value),
    // If the user does not confirm a choice, the previous value is restored.
    async change(value, target, undo = () => {}) {
      const before = ctx.form.get(block.block_id, one.action_id);
      hands.keep(value);
      if (block.type === "input" && !block.dispatch_action) return;
      if (await confirmed(one.confirm, ctx.world)) await ctx.act(one, block, value, target);
      else {
        hands.keep(before ?? null);
        undo();
      }
    },
    about: { "data-action": `${block.block_id}/${one.action_id}`, "aria-label": about["aria-labelledby"] ? null : one.placeholder?.text ?? one.type.replaceAll("_", " "), autofocus: one.focus_on_load, ...about },
  };
  const kind = one.type.endsWith("_select") ? "select" : one.type;
  const render = ELEMENTS[kind];
  return render ? render(one, block, ctx, hands) : el("span", { class: "unknown" }, `[${one.type}]`);
}

const ELEMENTS = {
  button: (one, block, ctx, hands) =>
    el("button", {
      ...hands.about,
      type: "button",
      class: one.style ?? "",
      "aria-label": one.accessibility_label,
      async onclick(event) {
        const target = event.currentTarget;
        if (!(await confirmed(one.confirm, ctx.world))) return;
        if (/^https?:/.test(one.url ?? "")) window.open(one.url, "_blank", "noopener,noreferrer");
        ctx.act(one, block, one.value ?? null, target);
      },
    }, textObject(one.text, ctx.world)),
  workflow_button: (one, block, ctx, hands) => el("button", { ...hands.about, type: "button", disabled: true }, textObject(one.text, ctx.world)),
  overflow,
  select,
  datepicker: (one, block, ctx, hands) => picker("date", one.initial_date, hands),
  timepicker: (one, block, ctx, hands) => picker("time", one.initial_time, hands),
  datetimepicker(one, block, ctx, hands) {
    const local = (seconds) => {
      const moment = new Date(Number(seconds) * 1000);
      return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    };
    const first = hands.first(one.initial_date_time ? String(one.initial_date_time) : null);
    return el("input", {
      ...hands.about,
      type: "datetime-local",
      value: first && local(first),
      onchange: (event) => hands.change(event.target.value ? String(Math.floor(new Date(event.target.value) / 1000)) : null, event.target),
    });
  },
  checkboxes: (one, block, ctx, hands) => choices("checkbox", one, ctx, hands),
  radio_buttons: (one, block, ctx, hands) => choices("radio", one, ctx, hands),
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  number_input: typed,
  rich_text_input(one, block, ctx, hands) {
    const words = (text) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] });
    const first = hands.first(one.initial_value)?.elements?.flatMap((part) => part.elements ?? []).map((piece) => piece.text ?? "").join("");
    const area = el("textarea", { ...hands.about, rows: 3, placeholder: one.placeholder?.text, oninput: () => hands.keep(area.value ? words(area.value) : null) });
    area.value = first ?? "";
    return area;
  },
  file_input(one, block, ctx, hands) {
    const names = el("span", { class: "soft" });
    const pick = el("input", {
      ...hands.about,
      type: "file",
      multiple: (one.max_files ?? 10) > 1,
      accept: one.filetypes?.map((type) => `.${type}`).join(","),
      async onchange() {
        names.textContent = "Uploading…";
        const files = await Promise.all([...pick.files].map((file) => upload(store.user, file)));
        hands.keep(files.map((file) => file.id));
        names.textContent = files.map((file) => file.name).join(", ");
      },
    });
    return el("div", { class: "pick" }, pick, names);
  },
};

function overflow(one, block, ctx, hands) {
  const menu = el("div", { class: "menu", role: "menu", popover: "auto" }, one.options.map((option) =>
    el("button", {
      type: "button",
      role: "menuitem",
      tabindex: -1,
      async onclick() {
        menu.hidePopover();
        if (!(await confirmed(one.confirm, ctx.world))) return;
        if (/^https?:/.test(option.url ?? "")) window.open(option.url, "_blank", "noopener,noreferrer");
        ctx.act(one, block, option.value, button);
      },
    }, textObject(option.text, ctx.world), option.description && el("small", {}, textObject(option.description, ctx.world)))));
  const button = el("button", { ...hands.about, type: "button", class: "more", "aria-label": "More actions", "aria-haspopup": "menu", onclick: () => show() }, "⋯");
  const show = () => {
    menu.showPopover();
    beside(menu, button, { end: true });
    menu.firstElementChild.focus();
  };
  menu.addEventListener("keydown", (event) => {
    const items = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  return el("span", { class: "overflow" }, button, menu);
}

function picker(type, initial, hands) {
  const field = el("input", { ...hands.about, type, value: hands.first(initial), onchange: () => hands.change(field.value || null, field) });
  return field;
}

function choices(type, one, ctx, hands) {
  const initial = type === "radio" ? one.initial_option?.value : (one.initial_options ?? []).map((option) => option.value);
  const first = [hands.first(initial)].flat();
  const name = freshId();
  const group = el("div", { ...hands.about, "data-action": null, class: "choices", role: type === "radio" ? "radiogroup" : "group" }, one.options.map((option) => {
    const box = el("input", {
      type,
      name,
      value: option.value,
      checked: first.includes(option.value),
      "data-action": hands.about["data-action"],
      onchange() {
        const chosen = [...group.querySelectorAll("input:checked")].map((each) => each.value);
        hands.change(type === "radio" ? chosen[0] : chosen, box);
      },
    });
    return el("label", {}, box, el("span", {}, textObject(option.text, ctx.world),
      option.description && el("small", {}, textObject(option.description, ctx.world))));
  }));
  return group;
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };

function typed(one, block, ctx, hands) {
  const on = one.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const count = one.max_length && el("span", { class: "count soft", "aria-live": "polite" });
  const attributes = { ...hands.about, placeholder: one.placeholder?.text };
  const field = one.multiline
    ? el("textarea", { ...attributes, rows: 3 })
    : el("input", { ...attributes, type: TYPES[one.type] ?? "text", inputmode: one.type === "number_input" ? "decimal" : null });
  const tell = () => count && (count.textContent = one.max_length - field.value.length);
  field.value = hands.first(one.initial_value) ?? "";
  field.addEventListener("input", () => {
    hands.keep(field.value || null);
    tell();
    if (block.dispatch_action && on.includes("on_character_entered")) hands.change(field.value || null, field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (one.multiline && !event.metaKey && !event.ctrlKey)) return;
    if (!block.dispatch_action || !on.includes("on_enter_pressed")) return;
    event.preventDefault();
    hands.change(field.value || null, field);
  });
  tell();
  return count ? el("div", { class: "typed" }, field, count) : field;
}

