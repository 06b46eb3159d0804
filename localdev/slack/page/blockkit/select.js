// Select menus for one or several options, with a field that filters the options.
import { beside, el, freshId } from "../dom.js";
import { plain } from "./mrkdwn.js";

const label = (option) => option.text.text;
const as = (value, text) => ({ value, text: { type: "plain_text", text }, });

// Returns the options of a menu, each with the label of its group.
export function optionsOf(offered) {
  if (offered.option_groups) return offered.option_groups.flatMap((group) => group.options.map((option) => ({ ...option, group: group.label.text })));
  return offered.options ?? [];
}

function known(one, world) {
  if (one.type.includes("users")) return world.people().map((user) => as(user.id, user.real_name));
  if (one.type.includes("channels")) return world.channels().filter((place) => place.kind === "public_channel").map((place) => as(place.id, `#${place.name}`));
  if (one.type.includes("conversations")) return world.channels().map((place) => as(place.id, world.placeName(place)));
  return optionsOf(one);
}

const INITIAL = { users: "user", channels: "channel", conversations: "conversation" };

function initial(one, many) {
  const name = Object.keys(INITIAL).find((kind) => one.type.includes(kind));
  if (name) return many ? one[`initial_${name}`] ?? [] : one[`initial_${INITIAL[name]}`] ?? null;
  return many ? (one.initial_options ?? []).map((option) => option.value) : one.initial_option?.value ?? null;
}

export function select(one, block, ctx, hands) {
  const many = one.type.startsWith("multi_");
  const external = one.type.includes("external");
  const list = freshId();
  let chosen = [hands.first(initial(one, many)) ?? []].flat();
  let options = external ? [one.initial_option, ...(one.initial_options ?? [])].filter(Boolean) : known(one, ctx.world);
  const seen = new Map(options.map((option) => [option.value, option]));
  let at = -1;

  const chips = el("span", { class: "chips" });
  const box = el("ul", { class: "options", id: list, role: "listbox", "aria-multiselectable": many ? "true" : null, popover: "manual" });
  const field = el("input", {
    ...hands.about,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-controls": list,
    placeholder: one.placeholder?.text ?? "Choose…",
    onfocus: () => field.select(),
    onclick: () => open(),
    oninput: () => open(),
    onblur: () => setTimeout(() => root.contains(document.activeElement) || close(), 0),
  });
  const isOpen = () => box.matches(":popover-open");
  const root = el("span", { class: `select ${many ? "many" : ""}` }, chips, field, box);

  function draw() {
    chips.replaceChildren(...(many ? chosen : []).map((value) =>
      el("span", { class: "chip" }, plain(label(seen.get(value) ?? as(value, value))),
        el("button", { type: "button", "aria-label": `Remove ${label(seen.get(value) ?? as(value, value))}`, onclick: () => take(value) }, "×"))));
    if (!many) field.value = chosen.length ? label(seen.get(chosen[0]) ?? as(chosen[0], chosen[0])) : "";
    else field.value = "";
  }

  async function open() {
    const typed = many || !chosen.length || field.value !== label(seen.get(chosen[0]) ?? as("", "")) ? field.value.trim().toLowerCase() : "";
    if (external) {
      if (typed.length < (one.min_query_length ?? 3)) return say(`Type ${one.min_query_length ?? 3} letters or more`);
      say("Looking…");
      const asked = field.value;
      try {
        options = await ctx.suggest(one, block, asked);
      } catch (error) {
        return say(error.message);
      }
      if (asked !== field.value) return;
      for (const option of options) seen.set(option.value, option);
    }
    const found = external ? options : options.filter((option) => label(option).toLowerCase().includes(typed));
    if (!found.length) return say("Nothing found");
    let group = null;
    at = -1;
    box.replaceChildren(...found.flatMap((option) => {
      const item = el("li", {
        role: "option", id: freshId(), "data-value": option.value, "aria-selected": String(chosen.includes(option.value)),
        onmousedown: (event) => event.preventDefault(),
        onclick: () => take(option.value),
      }, plain(label(option)), option.description && el("small", {}, plain(option.description.text)));
      const heading = option.group && option.group !== group ? [el("li", { class: "group", role: "presentation" }, option.group)] : [];
      group = option.group;
      return [...heading, item];
    }));
    show();
  }

  function say(text) {
    box.replaceChildren(el("li", { class: "group", role: "presentation" }, text));
    show();
  }

  function show() {
    if (!isOpen()) box.showPopover();
    box.style.minWidth = `${field.offsetWidth}px`;
    beside(box, field);
    field.setAttribute("aria-expanded", "true");
  }

  function close() {
    if (isOpen()) box.hidePopover();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    draw();
  }

  function take(value) {
    const before = chosen;
    if (!many) chosen = [value];
    else if (chosen.includes(value)) chosen = chosen.filter((each) => each !== value);
    else if (chosen.length < (one.max_selected_items ?? 100)) chosen = [...chosen, value];
    close();
    field.focus();
    hands.change(many ? chosen : chosen[0] ?? null, field, () => {
      chosen = before;
      draw();
    });
  }

  root.addEventListener("keydown", (event) => {
    const items = [...box.querySelectorAll("[role=option]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!isOpen()) return void open();
      at = (at + step + items.length) % items.length;
      items.forEach((item, index) => item.classList.toggle("at", index === at));
      items[at]?.scrollIntoView({ block: "nearest" });
      if (items[at]) field.setAttribute("aria-activedescendant", items[at].id);
    } else if (event.key === "Enter" && isOpen()) {
      event.preventDefault();
      if (items[Math.max(at, 0)]) take(items[Math.max(at, 0)].dataset.value);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && many && !field.value && chosen.length) take(chosen.at(-1));
  });
  draw();
  return root;
}
