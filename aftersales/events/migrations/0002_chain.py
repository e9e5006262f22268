"""The chain: one trigger numbers and hashes each event; others refuse to change what happened."""

from django.db import migrations

# Canonical text: jsonb prints objects with sorted names, and the time goes in as microseconds, so the
# text does not depend on any session setting. `events_hash` serves the trigger and `verify_audit` alike.
HASH = """
CREATE FUNCTION events_hash(e events_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(e.prev || convert_to(jsonb_build_array(
        e.stream, e.seq, e.shop_id, e.kind, e.actor_kind, e.actor_id, e.actor_name, e.data,
        encode(e.commitment, 'hex'), e.cause_id, e.request_id,
        (extract(epoch FROM e.happened_at) * 1000000)::bigint
    )::text, 'UTF8'))
$$;
"""

CHAIN = """
CREATE FUNCTION events_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head events_streamhead;
BEGIN
    LOOP
        SELECT * INTO head FROM events_streamhead WHERE stream = NEW.stream FOR UPDATE;
        IF FOUND THEN
            NEW.seq := head.seq + 1;
            NEW.prev := head.hash;
            NEW.hash := events_hash(NEW);
            UPDATE events_streamhead SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
            EXIT;
        END IF;
        NEW.seq := 1;
        NEW.prev := ''::bytea;
        NEW.hash := events_hash(NEW);
        INSERT INTO events_streamhead (stream, seq, hash) VALUES (NEW.stream, NEW.seq, NEW.hash)
            ON CONFLICT (stream) DO NOTHING;
        EXIT WHEN FOUND;
        -- Another transaction began this stream at the same moment: go round and follow its link.
    END LOOP;
    IF NEW.shop_id IS NOT NULL THEN
        INSERT INTO events_feedpending (event_id, shop_id) VALUES (NEW.id, NEW.shop_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER events_chain BEFORE INSERT ON events_event FOR EACH ROW EXECUTE FUNCTION events_chain();
"""

REFUSE = """
CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what happened stays', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events_event FOR EACH ROW EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events_event FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
"""

UNDO = """
DROP TRIGGER events_no_truncate ON events_event;
DROP TRIGGER events_no_change ON events_event;
DROP TRIGGER events_chain ON events_event;
DROP FUNCTION events_refuse();
DROP FUNCTION events_chain();
DROP FUNCTION events_hash(events_event);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(HASH + CHAIN + REFUSE, UNDO)]
