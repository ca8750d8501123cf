-- The lines of a batch are written in one statement, and are all of one feed and of one push. That these are there is checked
-- once for each statement instead of twice for each row: their foreign keys took a third of the time in which PostgreSQL
-- writes a batch. Neither is ever deleted (the server may not) or given another id (triggers below).

ALTER TABLE "feed_line" DROP CONSTRAINT "feed_line_feed_fkey", DROP CONSTRAINT "feed_line_operation_fkey";

CREATE FUNCTION check_feeds_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id, feed_account_id FROM written) w
    WHERE NOT EXISTS (
      SELECT FROM feed_account f WHERE f.organisation_id = w.organisation_id AND f.id = w.feed_account_id)
  ) THEN
    RAISE EXCEPTION 'a feed line is of a feed of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id, operation_id FROM written WHERE operation_id IS NOT NULL) w
    WHERE NOT EXISTS (
      SELECT FROM push_operation o WHERE o.organisation_id = w.organisation_id AND o.id = w.operation_id)
  ) THEN
    RAISE EXCEPTION 'a feed line is of a push of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "feed_line_has_feed" AFTER INSERT ON "feed_line" REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION check_feeds_of_lines();

-- Lines that are sent again: few.
CREATE FUNCTION check_feed_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM feed_account f WHERE f.organisation_id = NEW.organisation_id AND f.id = NEW.feed_account_id
  ) THEN
    RAISE EXCEPTION 'a feed line is of a feed of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NEW.operation_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM push_operation o WHERE o.organisation_id = NEW.organisation_id AND o.id = NEW.operation_id
  ) THEN
    RAISE EXCEPTION 'a feed line is of a push of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "feed_line_keeps_feed"
  AFTER UPDATE OF "organisation_id", "feed_account_id", "operation_id" ON "feed_line"
  FOR EACH ROW EXECUTE FUNCTION check_feed_of_line();

CREATE FUNCTION refuse_another_id_of_feeds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organisation_id, NEW.id) IS DISTINCT FROM (OLD.organisation_id, OLD.id) THEN
    RAISE EXCEPTION 'what a feed line names keeps its id';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "feed_account_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "feed_account"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_id_of_feeds();
CREATE TRIGGER "push_operation_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "push_operation"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_id_of_feeds();
