"""A published version never changes and never goes; only its state may move on to retired."""

from django.db import migrations

GUARD = """
CREATE FUNCTION versions_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a published version stays' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        (NEW.kind, NEW.code, NEW.shop_id, NEW.number, NEW.body, NEW.digest, NEW.published_at)
        IS DISTINCT FROM (OLD.kind, OLD.code, OLD.shop_id, OLD.number, OLD.body, OLD.digest, OLD.published_at)
        OR NEW.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'a published version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER versions_immutable BEFORE UPDATE OR DELETE ON versions_version
    FOR EACH ROW EXECUTE FUNCTION versions_immutable();
"""

UNDO = "DROP TRIGGER versions_immutable ON versions_version; DROP FUNCTION versions_immutable();"


class Migration(migrations.Migration):
    dependencies = [("versions", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
