-- migrate:up

CREATE TABLE slack_messages (
    key              text COLLATE "C" PRIMARY KEY,
    order_id         text COLLATE "C" NOT NULL,
    purpose          text NOT NULL,
    channel          text NOT NULL,
    message_channel  text,
    ts               text,
    attempts         integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
    first_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempted_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    posted_at        timestamptz,
    CONSTRAINT posted_is_whole CHECK (
        (ts IS NULL) = (message_channel IS NULL) AND (ts IS NULL) = (posted_at IS NULL)
    )
);

COMMENT ON TABLE slack_messages IS 'The intent to post each Slack message, written before the post, and where the message is.';
COMMENT ON COLUMN slack_messages.key IS 'Unique for order, purpose and recipient; also in the message''s metadata.';
COMMENT ON COLUMN slack_messages.channel IS 'Where to post: a channel, or a user for a direct message.';
COMMENT ON COLUMN slack_messages.message_channel IS 'Channel of the message as Slack answered; NULL until it is known.';
COMMENT ON COLUMN slack_messages.ts IS 'Slack''s id of the message within its channel; NULL until it is known.';
COMMENT ON COLUMN slack_messages.attempts IS 'Posts that were set out on.';

-- All messages of one order, for an operator.
CREATE INDEX slack_messages_by_order ON slack_messages (order_id);

-- migrate:down

DROP TABLE slack_messages;
