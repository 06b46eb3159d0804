// @slack/web-api: every kind of call that an app makes, and the errors as its users see them.
import { WebClient } from "@slack/web-api";
import { logger, say, slackApiUrl, token } from "./lines.mjs";

const web = new WebClient(token, { slackApiUrl, logger });
const channel = "C0APPROVE";
const blocks = [{ type: "section", text: { type: "mrkdwn", text: "*hello*" } }];

say("auth", await web.auth.test());
const metadata = { event_type: "conformance", event_payload: { key: "one" } };
const { ts } = await web.chat.postMessage({ channel, text: "hello", blocks, metadata });
await web.chat.update({ channel, ts, text: "changed" });
await web.reactions.add({ channel, timestamp: ts, name: "eyes" });
await web.chat.postEphemeral({ channel, user: "U0ALICE01", text: "psst" });
const gone = await web.chat.postMessage({ channel, text: "gone" });
await web.chat.delete({ channel, ts: gone.ts });
for (let n = 0; n < 5; n++) await web.chat.postMessage({ channel: "C0UPDATES", text: `page ${n}` });

const pages = [];
for await (const page of web.paginate("conversations.history", { channel: "C0UPDATES", limit: 2 })) {
  pages.push(page.messages.map((one) => one.text));
}
say("pages", { pages });
const found = await web.conversations.history({ channel, include_all_metadata: true });
say("history", { messages: found.messages });

const upload = await web.filesUploadV2({ channel_id: channel, filename: "note.txt", content: "words", initial_comment: "see" });
say("upload", { ok: upload.ok });
const home = await web.views.publish({ user_id: "U0ALICE01", view: { type: "home", blocks } });
say("home", { type: home.view.type });
const person = await web.users.lookupByEmail({ email: "bob@acme.example" });
say("person", { id: person.user.id });

const refused = [
  ["blocks", () => web.chat.postMessage({ channel, text: "x", blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] })],
  ["channel", () => web.chat.postMessage({ channel: "C0NOWHERE", text: "x" })],
  ["method", () => web.apiCall("no.such.method")],
  ["token", () => new WebClient("xoxb-wrong", { slackApiUrl, logger }).auth.test()],
];
for (const [about, call] of refused) {
  await call().then(() => say("accepted", { about }), (error) => say("refused", { about, code: error.code, data: error.data }));
}
