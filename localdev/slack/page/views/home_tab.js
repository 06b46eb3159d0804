// Shows the app's Home tab live. Opening the tab sends app_home_opened to the app.
import { renderBlocks } from "../blockkit/blocks.js";
import { get, post } from "../control_api.js";
import { el } from "../dom.js";
import { Form } from "../blockkit/form.js";
import { viewHands } from "./modals.js";

export class Home {
  constructor(container, store, world) {
    Object.assign(this, { container, store, world, form: null, hash: null });
    store.on("view", (notice) => notice.user === store.user && !container.hidden && this.refresh());
  }

  async open() {
    const { user } = this.store;
    this.hash = null;
    this.container.replaceChildren(el("p", { class: "empty" }, "Loading…"));
    await post("open_home", { user, tab: "home" });
    await this.refresh();
  }

  async refresh() {
    const { user } = this.store;
    const { home } = await get(`views?user=${encodeURIComponent(user)}`);
    if (user !== this.store.user || (home && home.hash === this.hash)) return;
    this.hash = home?.hash ?? null;
    if (!home) {
      const text = `${this.world.appName()} has not published a Home tab for you yet. It was just told that you are here.`;
      this.container.replaceChildren(el("p", { class: "empty" }, text));
      return;
    }
    const focused = this.container.contains(document.activeElement) && document.activeElement.dataset.action;
    this.form = new Form(home.blocks, this.form);
    const said = el("p", { class: "trouble", role: "alert", hidden: true });
    const say = (text) => {
      said.textContent = text;
      said.hidden = !text;
    };
    this.container.replaceChildren(el("div", { class: "content" }, said,
      renderBlocks(home.blocks, { world: this.world, surface: "home", form: this.form, ...viewHands(this.store, home, this.form, say) })));
    if (focused) this.container.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
  }
}
