// @slack/socket-mode: connects, acks with a payload, and comes again after a refresh and after a cut.
import { SocketModeClient } from "@slack/socket-mode";
import { appToken, logger, say, slackApiUrl } from "./lines.mjs";

const client = new SocketModeClient({ appToken, clientOptions: { slackApiUrl }, logger });
client.on("connected", () => say("connected"));
client.on("disconnected", () => say("disconnected"));
client.on("slash_commands", async ({ body, ack }) => {
  await ack({ text: `heard ${body.text}` });
  say("command", { text: body.text });
});
await client.start();
say("started");
process.stdin.on("end", () => client.disconnect().then(() => process.exit(0)));
process.stdin.resume();
