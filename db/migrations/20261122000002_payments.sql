-- migrate:up

CREATE TYPE payment_status AS ENUM ('claimed', 'charged', 'declined', 'refunded', 'voided');

-- One row is one intention to charge. It is there before the gateway is asked, and its key is the gateway's
-- idempotency key: however often the charge is tried, there is one.
CREATE TABLE payments (
    payment_id       text COLLATE "C" PRIMARY KEY,
    -- UNIQUE: an order is paid once.
    order_id         text COLLATE "C" NOT NULL UNIQUE REFERENCES orders (order_id),
    amount           bigint NOT NULL CHECK (amount > 0),
    currency         char(3) NOT NULL,
    status           payment_status NOT NULL DEFAULT 'claimed',
    charge_reference text,
    refund_reference text,
    decline_reason   text,
    claimed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    charged_at       timestamptz,
    declined_at      timestamptz,
    refunded_at      timestamptz,
    voided_at        timestamptz,
    CONSTRAINT charged_has_reference CHECK (status <> 'charged' OR charge_reference IS NOT NULL),
    CONSTRAINT refunded_has_reference CHECK ((status = 'refunded') = (refund_reference IS NOT NULL)),
    CONSTRAINT only_a_charge_has_reference CHECK (status IN ('charged', 'refunded') OR charge_reference IS NULL),
    CONSTRAINT times_follow_status CHECK (
        (charge_reference IS NULL) = (charged_at IS NULL)
        AND (status = 'declined') = (declined_at IS NOT NULL)
        AND (status = 'refunded') = (refunded_at IS NOT NULL)
        AND (status = 'voided') = (voided_at IS NOT NULL)
    )
);

COMMENT ON TABLE payments IS 'The one payment of each order: charged once, refunded once.';
COMMENT ON COLUMN payments.payment_id IS 'Derived from the order; also the idempotency key at the gateway.';
COMMENT ON COLUMN payments.amount IS 'Minor units of the currency.';
COMMENT ON COLUMN payments.status IS 'claimed: somebody set out to charge it and has not said how that went.';
COMMENT ON COLUMN payments.charge_reference IS 'The gateway''s; NULL on a refunded row if the answer to the charge was lost.';
COMMENT ON COLUMN payments.refund_reference IS 'The gateway''s.';

CREATE FUNCTION payments_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('claimed', 'charged'), ('claimed', 'declined'), ('claimed', 'refunded'), ('claimed', 'voided'),
        ('charged', 'refunded')
    ) THEN
        RAISE EXCEPTION 'payment % is %, and cannot become %', OLD.payment_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', TABLE = 'payments', CONSTRAINT = 'payment_transitions';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payments_guard_status BEFORE UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION payments_guard_status();

-- migrate:down

DROP TABLE payments;
DROP FUNCTION payments_guard_status();
DROP TYPE payment_status;
