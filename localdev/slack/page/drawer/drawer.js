// The developer drawer: the traffic log, the faults, and the state of the app.
import { post } from "../control_api.js";
import { el } from "../dom.js";
import { FaultsPanel } from "./faults_panel.js";
import { TrafficPanel } from "./traffic_panel.js";

export class Drawer {
  constructor(container, store, world) {
    Object.assign(this, { container, store, world, tab: "Traffic" });
    this.panels = {
      Traffic: new TrafficPanel(store),
      Faults: new FaultsPanel(store, world),
      App: new AppPanel(store, world),
    };
    this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Developer" }, Object.keys(this.panels).map((name) =>
      el("button", { type: "button", role: "tab", onclick: () => this.show(name) }, name)));
    container.append(el("header", {}, this.tabs,
      el("button", { type: "button", class: "icon", "aria-label": "Close the drawer", onclick: () => this.toggle(false) }, "×")),
    ...Object.values(this.panels).map((panel) => panel.node));
    if (sessionStorage.getItem("drawer")) store.on("connected", () => this.container.hidden && this.toggle(true));
  }

  toggle(open = this.container.hidden) {
    this.container.hidden = !open;
    document.body.classList.toggle("drawn", open);
    if (open) sessionStorage.setItem("drawer", "open");
    else sessionStorage.removeItem("drawer");
    this.show(this.tab);
  }

  show(name) {
    this.tab = name;
    for (const tab of this.tabs.children) tab.setAttribute("aria-selected", String(tab.textContent === name));
    for (const [each, panel] of Object.entries(this.panels)) {
      const active = each === name && !this.container.hidden;
      panel.node.hidden = !active;
      panel.active = active;
      if (active) panel.refresh();
    }
  }
}

class AppPanel {
  constructor(store, world) {
    Object.assign(this, { store, world, active: false, node: el("div", { class: "panel app", role: "tabpanel", "aria-label": "App" }) });
    store.on("settings connections connected", () => setTimeout(() => this.active && this.refresh(), 100));
  }

  refresh() {
    const { app, connections, tokens, rate_limits: limits } = this.store.workspace;
    const button = (text, path, body) => el("button", { type: "button", onclick: () => post(path, body) }, text);
    const token = (kind) => {
      const revoked = tokens[`${kind}_revoked`];
      return el("li", {}, `${kind === "bot" ? "Bot" : "App-level"} token: `, el("strong", {}, revoked ? "revoked" : "valid"), " ",
        button(revoked ? "Restore" : "Revoke", "token", { kind, revoked: !revoked }));
    };
    const words = (list, none) => (list?.length ? list.join(", ") : none);
    this.node.replaceChildren(
      el("section", {}, el("h3", {}, `Socket Mode: ${connections} ${connections === 1 ? "connection" : "connections"}`),
        el("div", { class: "row" },
          ["warning", "refresh_requested", "link_disabled"].map((reason) => button(reason, "disconnect", { reason })),
          button("cut every socket", "cut", {}))),
      el("section", {}, el("h3", {}, "Tokens"), el("ul", {}, token("bot"), token("app"))),
      el("section", {}, el("h3", {}, `Rate limits: ${limits.enabled ? `on, scaled by ${limits.scale}` : "off"}`),
        el("div", { class: "row" }, button(limits.enabled ? "Switch off" : "Switch on", "rate_limits", { enabled: !limits.enabled }),
          [0.1, 1, 10].map((scale) => button(`× ${scale}`, "rate_limits", { scale })))),
      el("section", {}, el("h3", {}, this.world.appName()),
        el("dl", {},
          el("dt", {}, "Commands"), el("dd", {}, words(app.commands.map((one) => one.command), "none")),
          el("dt", {}, "Scopes"), el("dd", {}, app.scopes ? words(app.scopes, "none") : "not checked: no manifest was given"),
          el("dt", {}, "Events"), el("dd", {}, words(app.events, "none")),
          el("dt", {}, "Home tab"), el("dd", {}, app.home_tab ? "enabled" : "not in the manifest"))));
  }
}
