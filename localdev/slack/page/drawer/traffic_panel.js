// The panel with the traffic log: every frame and API call with its JSON, live.
import { get } from "../control_api.js";
import { el } from "../dom.js";

const MOST = 500;
const KINDS = { api: ["→", "API call"], hook: ["→", "response_url"], frame_out: ["←", "to the app"], frame_in: ["→", "from the app"] };

export class TrafficPanel {
  constructor(store) {
    Object.assign(this, { after: 0, paused: false, active: false, fetching: false, entries: [], hidden: new Set(), open: null });
    this.rows = el("tbody");
    this.filter = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the traffic", oninput: () => this.sieve() });
    this.pause = el("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggle() }, "Pause");
    const chips = Object.entries(KINDS).map(([kind, [sign, name]]) =>
      el("button", { type: "button", "aria-pressed": "true", onclick: (event) => this.choose(kind, event.currentTarget) }, `${sign} ${name}`));
    this.json = el("div", { class: "json", hidden: true });
    this.node = el("div", { class: "panel traffic", role: "tabpanel", "aria-label": "Traffic" },
      el("div", { class: "row" }, this.filter, chips, this.pause, el("button", { type: "button", onclick: () => this.clear() }, "Clear")),
      el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ["Time", "", "What", "Channel", "Result", "ms"].map((name) => el("th", { scope: "col" }, name)))), this.rows)),
      this.json);
    store.on("traffic", () => this.active && !this.paused && this.refresh());
  }

  async refresh() {
    if (this.fetching) return (this.again = true);
    this.fetching = true;
    do {
      this.again = false;
      const { entries, next } = await get(`traffic?after=${this.after}&limit=${MOST}`);
      this.after = next;
      for (const entry of entries) this.add(entry);
    } while (this.again);
    this.fetching = false;
  }

  add(entry) {
    const scroll = this.rows.closest(".scroll");
    const follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
    const [status, tone] = result(entry);
    const name = entry.kind === "frame_in" ? `ack ${entry.frame?.envelope_id?.slice(0, 8) ?? ""}` : entry.method;
    const row = el("tr", { class: tone, tabindex: 0, "data-envelope": entry.frame?.envelope_id, onclick: () => this.show(entry, row), onkeydown: (event) => event.key === "Enter" && this.show(entry, row) },
      el("td", {}, clock(entry.time)), el("td", { title: KINDS[entry.kind][1] }, KINDS[entry.kind][0]), el("td", {}, name),
      el("td", {}, place(entry)), el("td", {}, status), el("td", {}, entry.ms ?? ""));
    this.entries.push({ entry, row, text: JSON.stringify(entry).toLowerCase() });
    this.rows.append(row);
    this.sift(this.entries.at(-1));
    if (this.entries.length > MOST) this.entries.shift().row.remove();
    if (follow) scroll.scrollTop = scroll.scrollHeight;
  }

  sift({ entry, row, text }) {
    row.hidden = this.hidden.has(entry.kind) || !text.includes(this.filter.value.toLowerCase());
  }

  sieve() {
    for (const one of this.entries) this.sift(one);
  }

  choose(kind, chip) {
    const on = this.hidden.delete(kind);
    if (!on) this.hidden.add(kind);
    chip.setAttribute("aria-pressed", String(on));
    this.sieve();
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", String(this.paused));
    if (!this.paused) this.refresh();
  }

  clear() {
    this.entries = [];
    this.rows.replaceChildren();
    this.json.hidden = true;
  }

  show(entry, row) {
    const envelope = row.dataset.envelope;
    for (const one of this.rows.children) {
      one.classList.toggle("chosen", one === row);
      one.classList.toggle("same", Boolean(envelope) && one !== row && one.dataset.envelope === envelope);
    }
    const { n, kind, time, method, ms, connection, ...rest } = entry;
    const text = JSON.stringify(rest, null, 2);
    this.json.replaceChildren(
      el("div", { class: "row" }, el("strong", {}, `${KINDS[kind][1]} ${method}`),
        connection && el("span", { class: "soft" }, `connection ${connection}`),
        el("button", { type: "button", onclick: () => navigator.clipboard.writeText(text) }, "Copy"),
        el("button", { type: "button", class: "icon", "aria-label": "Close the JSON", onclick: () => (this.json.hidden = true) }, "×")),
      el("pre", { tabindex: 0 }, coloured(text)));
    this.json.hidden = false;
  }
}

const clock = (time) => {
  const moment = new Date(time * 1000);
  return `${moment.toTimeString().slice(0, 8)}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
};

const place = ({ args, frame }) => args?.channel ?? frame?.payload?.channel?.id ?? frame?.payload?.channel_id ?? frame?.payload?.event?.channel ?? "";

function result({ answer, fault }) {
  if (fault) return [fault, "fault"];
  if (!answer) return ["", ""];
  return answer.ok === false ? [answer.error, "bad"] : ["ok", "good"];
}

// Colours the keys, strings and other values of formatted JSON.
function coloured(text) {
  return text.split(/("(?:[^"\\]|\\.)*"(?=:)|"(?:[^"\\]|\\.)*"|\b(?:true|false|null|-?\d[\d.eE+-]*)\b)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const next = part.startsWith('"') ? "text" : "value";
    return el("span", { class: next }, part);
  });
}
