// Shows the topmost modal of the user as a dialog.
import { avatar } from "../avatars.js";
import { renderBlocks } from "../blockkit/blocks.js";
import { get, post } from "../control_api.js";
import { el, freshId } from "../dom.js";
import { Form } from "../blockkit/form.js";
import { plain } from "../blockkit/mrkdwn.js";
import { optionsOf } from "../blockkit/select.js";

export const TROUBLE = "We had some trouble connecting. Try again?";

// The actions of blocks in a view: click, and request the options of external menus.
export function viewHands(store, view, form, say) {
  const at = (block, one) => ({ user: store.user, view_id: view.id, block_id: block.block_id, action_id: one.action_id });
  return {
    async act(one, block, value, target) {
      target.setAttribute("aria-busy", "true");
      try {
        const result = await post("click", { ...at(block, one), value, state: form.values() });
        say(result.error ? TROUBLE : "");
      } catch (error) {
        say(error.message);
      }
      target.removeAttribute("aria-busy");
    },
    async suggest(one, block, text) {
      const offered = await post("suggest", { ...at(block, one), value: text });
      if (offered.error) throw new Error(TROUBLE);
      return optionsOf(offered);
    },
  };
}

export class Modals {
  constructor(store, world) {
    Object.assign(this, { store, world, dialog: null, shown: null, forms: new Map() });
    store.on("view", (notice) => notice.user === store.user && this.refresh());
    store.on("person connected", () => this.refresh());
  }

  async refresh() {
    const user = this.store.user;
    const { modals, trouble } = await get(`views?user=${encodeURIComponent(user)}`);
    if (user !== this.store.user) return;
    const top = modals.at(-1);
    for (const id of this.forms.keys()) if (!modals.some((view) => view.id === id)) this.forms.delete(id);
    if (!top) return this.hide();
    if (this.shown?.id !== top.id || this.shown.hash !== top.hash) this.draw(top, modals.length > 1);
    this.say(trouble ? TROUBLE : "");
  }

  hide() {
    this.shown = null;
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
  }

  draw(view, stacked) {
    const before = this.shown?.id === view.id ? focusIn(this.dialog) : null;
    const form = new Form(view.blocks, this.forms.get(view.id));
    this.forms.set(view.id, form);
    this.shown = view;
    const title = freshId();
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.submit = view.submit && el("button", { type: "submit", class: "primary" }, plain(view.submit.text));
    const close = (clear) => this.close(view, clear);
    const content = el("form", { novalidate: true, onsubmit: (event) => this.send(event, view, form) },
      el("header", {},
        stacked
          ? el("button", { type: "button", class: "icon", "aria-label": "Back", onclick: () => close(false) }, "←")
          : avatar(this.store.workspace.app.bot_user_id, "small"),
        el("h2", { id: title }, plain(view.title.text)),
        el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => close(true) }, "×")),
      el("div", { class: "scroll" }, this.trouble,
        renderBlocks(view.blocks, { world: this.world, surface: "modal", form, ...viewHands(this.store, view, form, (text) => this.say(text)) })),
      el("footer", {},
        el("button", { type: "button", onclick: () => close(false) }, plain(view.close?.text ?? (stacked ? "Back" : view.submit ? "Cancel" : "Close"))),
        this.submit));
    if (!this.dialog) {
      this.dialog = el("dialog", { class: "modal" });
      // Esc closes the topmost modal; the server then sends the remaining ones.
      this.dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.close(this.shown, false);
      });
      document.body.append(this.dialog);
    }
    this.dialog.setAttribute("aria-labelledby", title);
    this.dialog.replaceChildren(content);
    if (!this.dialog.open) this.dialog.showModal();
    const wanted = (before && this.dialog.querySelector(`[data-action="${CSS.escape(before)}"]`)) ?? this.dialog.querySelector("[autofocus], .input input, .input textarea");
    wanted?.focus();
  }

  say(text) {
    if (!this.trouble) return;
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  async send(event, view, form) {
    event.preventDefault();
    this.busy(true);
    try {
      const result = await post("submit_view", { user: this.store.user, view_id: view.id, state: form.values() });
      if (result.errors) form.errors(result.errors);
      this.say(result.error ? TROUBLE : "");
    } catch (error) {
      this.say(error.message);
    }
    this.busy(false);
    await this.refresh();
  }

  busy(sending) {
    if (!this.submit) return;
    this.submit.disabled = sending;
    this.submit.toggleAttribute("aria-busy", sending);
  }

  async close(view, clear) {
    try {
      await post("close_view", { user: this.store.user, view_id: view.id, clear });
    } catch (error) {
      this.say(error.message);
    }
    await this.refresh();
  }
}

const focusIn = (dialog) => (dialog?.contains(document.activeElement) ? document.activeElement.dataset.action : null);
