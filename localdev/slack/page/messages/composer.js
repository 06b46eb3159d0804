// The field to write messages and slash commands and to attach files, in a channel or a thread.
import { post, upload } from "../control_api.js";
import { el, freshId } from "../dom.js";
import { Hints } from "./completions.js";
import { store, world } from "../store.js";

const drafts = new Map();

export class Composer {
  // `thread()` returns the ts of the thread, or null. `onUp` is called for the arrow-up key in an empty field.
  constructor(container, { thread = () => null, onUp = () => {} } = {}) {
    Object.assign(this, { thread, files: [] });
    const id = freshId();
    this.field = el("textarea", { id, rows: 1, autocomplete: "off", class: "draft", oninput: () => drafts.set(this.key(), this.field.value) });
    this.status = el("p", { class: "status", role: "status", "aria-live": "polite" });
    this.attached = el("ul", { class: "attached" });
    const pick = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.attach([...pick.files]).then(() => (pick.value = "")) });
    this.also = el("input", { type: "checkbox" });
    this.alsoLabel = el("label", { class: "also", hidden: true }, this.also, el("span"));
    this.form = el("form", { class: "composer", onsubmit: (event) => this.submit(event) },
      el("label", { class: "unseen", for: id }, "Message"),
      el("div", { class: "frame" }, this.field, this.attached,
        el("div", { class: "tools" },
          el("button", { type: "button", class: "icon", "aria-label": "Attach a file", title: "Attach a file", onclick: () => pick.click() }, "+"), pick, this.alsoLabel,
          el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"))),
      this.status);
    container.append(this.form);
    this.hints = new Hints(this.field, this.form);
    this.field.addEventListener("keydown", (event) => {
      if (this.hints.key(event)) return event.preventDefault();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      } else if (event.key === "ArrowUp" && !this.field.value) onUp();
    });
    this.field.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) this.attach([...event.clipboardData.files]);
    });
  }

  key() {
    return `${store.user}/${store.channel}/${this.thread() ?? ""}`;
  }

  // Each user, channel and thread has its own draft.
  show() {
    const place = world.channel(store.channel);
    const name = world.placeName(place);
    this.field.value = drafts.get(this.key()) ?? "";
    this.field.placeholder = this.thread() ? "Reply…" : `Message ${name}`;
    this.alsoLabel.hidden = !this.thread() || place.kind === "im";
    this.alsoLabel.lastElementChild.textContent = `Also send to ${name}`;
    this.also.checked = false;
    this.files = [];
    this.attached.replaceChildren();
    this.hints.hide();
    this.say("");
  }

  say(text) {
    this.status.textContent = text;
  }

  async attach(files) {
    this.say("Uploading…");
    try {
      for (const file of files) {
        const { id, title } = await upload(store.user, file);
        this.files.push(id);
        this.attached.append(el("li", {}, title));
      }
      this.say("");
    } catch (error) {
      this.say(`The file could not be uploaded: ${error.message}`);
    }
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text && !this.files.length) return;
    const where = { user: store.user, channel: store.channel, thread_ts: this.thread() };
    const key = this.key();
    const { files } = this;
    const also = this.also.checked;
    drafts.delete(key);
    this.show();
    const isCommand = text.startsWith("/") && !files.length;
    try {
      if (isCommand) this.say(`Sent ${text.split(" ")[0]}, waiting for the app…`);
      await (isCommand ? post("command", { ...where, text }) : post("post", { ...where, text, files, reply_broadcast: also }));
      this.say("");
    } catch (error) {
      drafts.set(key, text); // keep the text as a draft
      if (key === this.key() && !this.field.value) this.field.value = text;
      this.say(error.message);
    }
  }
}
