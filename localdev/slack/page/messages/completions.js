// Suggests slash commands, people, channels and emoji while the user types.
import { avatar } from "../avatars.js";
import { el, freshId } from "../dom.js";
import { EMOJI } from "../emoji.js";
import { store, world } from "../store.js";

const MOST = 8;

// Each function returns suggestions {text, title, note, sign} for the word before the cursor. `text` replaces the word.
const SOURCES = [
  [/^(\/\S*)$/, (typed) => store.workspace.app.commands
    .filter((one) => one.command.startsWith(typed))
    .map((one) => ({ text: `${one.command} `, title: one.command, hint: one.usage_hint, note: one.description }))],
  [/(?:^|\s)@([\w.-]*)$/, (typed) => [
    ...store.workspace.users.filter((one) => `${one.name} ${one.real_name}`.toLowerCase().includes(typed.toLowerCase()))
      .map((one) => ({ text: `@${one.name} `, title: one.real_name, note: `@${one.name}`, sign: avatar(one.id, "tiny") })),
    ...store.workspace.groups.filter((one) => one.handle.startsWith(typed)).map((one) => ({ text: `@${one.handle} `, title: `@${one.handle}`, note: one.name })),
    ...["here", "channel"].filter((one) => typed && one.startsWith(typed)).map((one) => ({ text: `@${one} `, title: `@${one}`, note: "Everybody in this channel" })),
  ]],
  [/(?:^|\s)#([\w-]*)$/, (typed) => world.channels().filter((one) => one.name?.includes(typed) && one.kind !== "mpim").map((one) => ({ text: `#${one.name} `, title: `#${one.name}`, note: one.topic }))],
  [/(?:^|\s):([a-z0-9_+-]{2,})$/, (typed) => [...EMOJI].filter(([name]) => name.includes(typed)).map(([name, sign]) => ({ text: `${sign} `, title: `:${name}:`, sign }))],
];

export class Hints {
  constructor(field, container) {
    Object.assign(this, { field, at: 0, found: [] });
    this.list = el("ul", { class: "hints", id: freshId(), role: "listbox", "aria-label": "Suggestions", hidden: true });
    container.prepend(this.list);
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.look());
    field.addEventListener("blur", () => this.hide());
  }

  look() {
    const typed = this.field.value.slice(0, this.field.selectionStart);
    this.found = [];
    for (const [pattern, offer] of SOURCES) {
      const found = pattern.exec(typed);
      if (!found) continue;
      this.word = found[0].trimStart();
      this.found = offer(found[1]).slice(0, MOST);
      break;
    }
    const command = /^(\/\S+)\s/.exec(typed);
    const usage = command && store.workspace.app.commands.find((one) => one.command === command[1]);
    if (!this.found.length && usage) return this.usage(usage);
    if (!this.found.length) return this.hide();
    this.at = 0;
    this.draw();
  }

  // After the name of a command, its usage hint is shown. There is nothing to choose.
  usage(command) {
    this.list.replaceChildren(el("li", { class: "usage", role: "presentation" },
      el("strong", {}, command.command), ` ${command.usage_hint}`, el("small", {}, command.description)));
    this.list.hidden = false;
  }

  draw() {
    this.list.replaceChildren(...this.found.map((one, index) =>
      el("li", {
        id: `${this.list.id}-${index}`, role: "option", "aria-selected": String(index === this.at),
        onmousedown: (event) => event.preventDefault(),
        onclick: () => this.take(index),
      }, one.sign && el("span", { class: "sign" }, one.sign), el("span", {}, el("strong", {}, one.title), one.hint && ` ${one.hint}`), el("small", {}, one.note ?? ""))));
    this.list.hidden = false;
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  hide() {
    this.found = [];
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  take(index) {
    const { field } = this;
    const end = field.selectionStart;
    field.setRangeText(this.found[index].text, end - this.word.length, end, "end");
    this.hide();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Returns whether the list used the key.
  key(event) {
    if (!this.found.length) {
      if (event.key !== "Escape" || this.list.hidden) return false;
      this.hide();
      return true;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const whole = this.found[this.at]?.text.trim() === this.field.value.trim();
    if (step) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !whole)) this.take(this.at);
    else if (event.key === "Escape") this.hide();
    else return false;
    return true;
  }
}
