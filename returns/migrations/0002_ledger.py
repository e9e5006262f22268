"""The ledger of goods: movements are append-only, balances follow by trigger, allowed moves by a table."""

from django.db import migrations

# Which moves exist. A pair that is not here is refused, whoever writes it.
LEDGER = """
CREATE TABLE returns_allowedmove (from_bucket varchar(20), to_bucket varchar(20), PRIMARY KEY (from_bucket, to_bucket));
INSERT INTO returns_allowedmove VALUES
    ('outside', 'customer'),
    ('customer', 'in_transit_in'), ('customer', 'quarantine'), ('customer', 'outside'),
    ('in_transit_in', 'quarantine'), ('in_transit_in', 'lost_in'), ('in_transit_in', 'customer'),
    ('quarantine', 'inspected'), ('quarantine', 'to_customer'),
    ('inspected', 'stock_a'), ('inspected', 'stock_b'), ('inspected', 'refurb'), ('inspected', 'rtv'),
    ('inspected', 'scrap'), ('inspected', 'evidence_hold'), ('inspected', 'repair_bench'),
    ('inspected', 'to_customer'), ('repair_bench', 'to_customer'), ('repair_bench', 'inspected'),
    ('to_customer', 'back_with_customer'), ('lost_in', 'outside');

CREATE FUNCTION returns_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM returns_allowedmove WHERE from_bucket = NEW.from_bucket AND to_bucket = NEW.to_bucket;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'goods cannot move from % to %', NEW.from_bucket, NEW.to_bucket USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.from_bucket <> 'outside' THEN
        UPDATE returns_goodsbalance SET quantity = quantity - NEW.quantity
         WHERE ticket_line_id = NEW.ticket_line_id AND bucket = NEW.from_bucket;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no goods of line % in %', NEW.ticket_line_id, NEW.from_bucket USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.to_bucket <> 'outside' THEN
        INSERT INTO returns_goodsbalance AS b (ticket_line_id, bucket, quantity)
        VALUES (NEW.ticket_line_id, NEW.to_bucket, NEW.quantity)
        ON CONFLICT (ticket_line_id, bucket) DO UPDATE SET quantity = b.quantity + NEW.quantity;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER returns_ledger BEFORE INSERT ON returns_goodsmovement FOR EACH ROW EXECUTE FUNCTION returns_ledger();
CREATE TRIGGER returns_ledger_no_change BEFORE UPDATE OR DELETE ON returns_goodsmovement
    FOR EACH ROW EXECUTE FUNCTION events_refuse();
CREATE TRIGGER returns_ledger_no_truncate BEFORE TRUNCATE ON returns_goodsmovement
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
"""

UNDO = """
DROP TRIGGER returns_ledger_no_truncate ON returns_goodsmovement;
DROP TRIGGER returns_ledger_no_change ON returns_goodsmovement;
DROP TRIGGER returns_ledger ON returns_goodsmovement;
DROP FUNCTION returns_ledger();
DROP TABLE returns_allowedmove;
"""


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("events", "0002_chain")]
    operations = [migrations.RunSQL(LEDGER, UNDO)]
