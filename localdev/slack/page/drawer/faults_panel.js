// The panel to inject faults: faults with one click, a form for any fault rule, and the active rules.
import { get, post, remove } from "../control_api.js";
import { el } from "../dom.js";

const PRESETS = [
  ["The answer to the next post is lost", { kind: "drop_after", method: "chat.postMessage" }],
  ["The next call is refused with 429 for 5 s", { kind: "rate_limited", retry_after: 5 }],
  ["Every call fails with 503", { kind: "http_status", status: 503, times: null }],
  ["The next click arrives twice", { kind: "duplicate_envelope", method: "interactive" }],
  ["The next click arrives 4 s late", { kind: "delay_envelope", method: "interactive", seconds: 4 }],
  ["The socket is cut at the next click", { kind: "close_socket", method: "interactive" }],
  ["The app cannot connect", { kind: "error", method: "apps.connections.open", times: null }],
];
// The fields of a kind, in addition to method, channel, nth, times and probability, which every kind has.
const OWN = {
  error: ["error"], error_after: ["error"], rate_limited: ["retry_after"], http_status: ["status"], delay: ["seconds"], delay_envelope: ["seconds"],
};
const FIELDS = {
  method: ["Method, or type of envelope", "*", "text"], channel: ["Channel id", "", "text"], nth: ["From the nth on", 1, "number"],
  times: ["How often (empty: always)", 1, "number"], probability: ["Probability", 1, "number"], error: ["Error code", "internal_error", "text"],
  retry_after: ["Retry-After, seconds", 1, "number"], status: ["HTTP status", 503, "number"], seconds: ["Seconds", 1, "number"],
};

export class FaultsPanel {
  constructor(store) {
    Object.assign(this, { active: false, kinds: null });
    this.list = el("ul", { class: "rules", "aria-label": "Faults in force" });
    this.said = el("p", { class: "trouble", role: "alert", hidden: true });
    this.form = el("form", { class: "rule", onsubmit: (event) => this.submit(event) });
    this.node = el("div", { class: "panel faults", role: "tabpanel", "aria-label": "Faults" },
      el("section", {}, el("h3", {}, "Faults in force"), this.list),
      el("section", {}, el("h3", {}, "Faults with one click"), el("div", { class: "row" }, PRESETS.map(([name, rule]) =>
        el("button", { type: "button", onclick: () => this.add(rule) }, name)))),
      el("section", {}, el("h3", {}, "Any fault rule"), this.form, this.said));
    store.on("faults traffic", () => this.active && this.refresh());
  }

  async refresh() {
    if (!this.kinds) {
      this.kinds = await get("fault_kinds");
      this.drawForm("error");
    }
    const { faults } = await get("faults");
    this.list.replaceChildren(...faults.map((one) => el("li", {}, el("strong", {}, one.kind), ` ${one.method}`, one.channel && ` in ${one.channel}`,
      el("span", { class: "soft" }, ` struck ${one.struck}${one.times ? ` of ${one.times}` : ""}`),
      el("button", { type: "button", "aria-label": `Remove ${one.kind}`, onclick: () => remove(`faults?id=${one.id}`) }, "Remove"))));
    if (!faults.length) this.list.append(el("li", { class: "soft" }, "None. Everything works."));
  }

  drawForm(kind) {
    const group = (label, kinds) => el("optgroup", { label }, kinds.map((one) => el("option", { value: one, selected: one === kind }, one)));
    const fields = ["method", "channel", "nth", "times", "probability", ...(OWN[kind] ?? [])];
    this.form.replaceChildren(
      el("label", {}, "What happens", el("select", { name: "kind", onchange: (event) => this.drawForm(event.target.value) },
        group("API calls", this.kinds.api), group("Envelopes", this.kinds.envelope))),
      ...fields.map((name) => {
        const [label, value, type] = FIELDS[name];
        return el("label", {}, label, el("input", { name, type, value, step: type === "number" ? "any" : null }));
      }),
      el("button", { type: "submit", class: "primary" }, "Add"));
  }

  submit(event) {
    event.preventDefault();
    const rule = {};
    for (const [name, value] of new FormData(this.form)) {
      if (name === "times" && !value) rule.times = null;
      else if (value) rule[name] = FIELDS[name]?.[2] === "number" ? Number(value) : value;
    }
    return this.add(rule);
  }

  async add(rule) {
    try {
      await post("faults", rule);
      this.said.hidden = true;
    } catch (error) {
      this.said.textContent = error.message;
      this.said.hidden = false;
    }
    await this.refresh();
  }
}
