// Confirmation dialogs: the confirm object of Block Kit, and the page's own questions.
import { el, freshId } from "../dom.js";
import { textObject } from "./mrkdwn.js";

function open(title, text, yes, no, danger) {
  const id = freshId();
  const agree = el("button", { type: "submit", value: "yes", class: danger ? "danger" : "primary" }, yes);
  const dialog = el("dialog", { class: "ask", "aria-labelledby": id },
    el("form", { method: "dialog" },
      el("h2", { id }, title),
      el("div", { class: "text" }, text),
      el("menu", {}, el("button", { type: "submit", value: "no" }, no), agree)));
  document.body.append(dialog);
  dialog.returnValue = "no";
  dialog.showModal();
  agree.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }, { once: true });
  });
}

export async function confirmed(confirm, world) {
  if (!confirm) return true;
  const say = (name) => textObject(confirm[name], world);
  return open(say("title"), say("text"), say("confirm"), say("deny"), confirm.style === "danger");
}

export const ask = (title, text, yes, { danger = false } = {}) => open(title, text, yes, "Cancel", danger);
