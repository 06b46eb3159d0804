// What the drivers share: where the simulator is, and one JSON line for each thing that was seen.
export const { SLACK_API_URL: slackApiUrl, SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken } = process.env;

export const say = (what, about = {}) => process.stdout.write(`${JSON.stringify({ what, ...about })}\n`);

// The clients' own logs are not of interest here.
const nothing = () => {};
export const logger = {
  debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, setName: nothing, getLevel: () => "error",
};
