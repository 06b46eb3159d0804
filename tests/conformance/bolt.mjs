// @slack/bolt in Socket Mode: a command, a button with its response_url, a modal with an error, Home, events.
import bolt from "@slack/bolt";
import { appToken, logger, say, slackApiUrl, token } from "./lines.mjs";

const app = new bolt.App({ token, appToken, socketMode: true, clientOptions: { slackApiUrl }, logger });
const text = (words) => ({ type: "plain_text", text: words });
const modal = {
  type: "modal",
  callback_id: "why",
  title: text("Why?"),
  submit: text("Send"),
  blocks: [{ type: "input", block_id: "why", label: text("Why?"), element: { type: "plain_text_input", action_id: "typed" } }],
};

app.command("/order", async ({ command, ack }) => ack(`heard ${command.text}`));
app.action("order_approve", async ({ body, ack, respond, client }) => {
  await ack();
  await respond({ text: "answered", replace_original: false });
  await client.views.open({ trigger_id: body.trigger_id, view: modal });
});
app.view("why", async ({ ack, view }) => {
  const typed = view.state.values.why.typed.value;
  say("submitted", { typed });
  await ack(typed === "no" ? { response_action: "errors", errors: { why: "Say more." } } : { response_action: "clear" });
});
app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "header", text: text("At home") }] } });
});
app.event("message", async ({ event, body }) => say("message", { text: event.text, event_id: body.event_id }));
app.error(async (error) => say("error", { message: error.message }));

await app.start();
say("started");
process.stdin.on("end", () => app.stop().then(() => process.exit(0)));
process.stdin.resume();
