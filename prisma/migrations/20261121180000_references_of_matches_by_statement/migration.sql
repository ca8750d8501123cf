-- Automatic matching writes thousands of matches with their payments in one statement. What their foreign keys held is held
-- once for each statement instead of once for each row: of the database's time that a run of a hundred thousand lines took,
-- their checks were a quarter. Nothing that a payment or a match names is ever deleted (the server may not) or given
-- another id (triggers below), so a row that was there stays.

-- A payment's transaction and open item are written in the same statement anyway, by organisation and id: that each was
-- found is what the foreign keys asked.
ALTER TABLE "payment"
  DROP CONSTRAINT "payment_match_fkey",
  DROP CONSTRAINT "payment_transaction_fkey",
  DROP CONSTRAINT "payment_open_item_fkey";

CREATE OR REPLACE FUNCTION allocate_made() RETURNS trigger LANGUAGE plpgsql
-- Arrays in the plan itself: as parameters each look into one copied the whole of it.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  organisation uuid;
  ids uuid[];
  changes bigint[];
  -- The currencies that payments name, and of each row its place among them.
  known text[];
  places integer[];
  -- Of the transactions, by id: whether money came in.
  line_ids uuid[];
  lines_in boolean[];
  -- Of each item: whether money came in by all of its payments; null where some came in and some went out.
  items_in boolean[];
  one_currency boolean;
  right_currency boolean;
  right_way boolean;
  found bigint;
BEGIN
  FOR organisation IN SELECT DISTINCT organisation_id FROM made LOOP
    SELECT array_agg(DISTINCT match_id) INTO ids FROM made WHERE organisation_id = organisation;
    SELECT count(*) INTO found FROM match WHERE organisation_id = organisation AND id = ANY (ids);
    IF found <> cardinality(ids) THEN
      RAISE EXCEPTION 'a payment is of a match of its organisation' USING ERRCODE = 'foreign_key_violation';
    END IF;

    SELECT array_agg(DISTINCT transaction_currency::text) INTO known FROM made WHERE organisation_id = organisation;
    SELECT array_agg(id), array_agg(change), array_agg(array_position(known, low)), bool_and(low = high)
      INTO ids, changes, places, one_currency
      FROM (SELECT transaction_id AS id, min(transaction_currency)::text AS low, max(transaction_currency)::text AS high,
          coalesce(sum(transaction_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change
        FROM made WHERE organisation_id = organisation GROUP BY transaction_id ORDER BY transaction_id) part;
    WITH changed AS (
      UPDATE bank_transaction SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
        WHERE organisation_id = organisation AND id = ANY (ids)
        RETURNING id, currency = known[places[width_bucket(id, ids)]] AS fits, amount_minor > 0 AS comes_in)
    SELECT array_agg(id ORDER BY id), array_agg(comes_in ORDER BY id), bool_and(fits), count(*)
      INTO line_ids, lines_in, right_currency, found FROM changed;
    IF found <> cardinality(ids) THEN
      RAISE EXCEPTION 'a payment is of a bank transaction of its organisation' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NOT one_currency OR NOT right_currency THEN
      RAISE EXCEPTION 'a payment names the currency of its transaction';
    END IF;

    SELECT array_agg(DISTINCT currency::text) INTO known FROM made WHERE organisation_id = organisation;
    SELECT array_agg(id), array_agg(change), array_agg(array_position(known, low)), bool_and(low = high),
        array_agg(CASE WHEN some_in = all_in THEN all_in END)
      INTO ids, changes, places, one_currency, items_in
      FROM (SELECT open_item_id AS id, min(currency)::text AS low, max(currency)::text AS high,
          coalesce(sum(amount_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change,
          bool_or(lines_in[width_bucket(transaction_id, line_ids)]) AS some_in,
          bool_and(lines_in[width_bucket(transaction_id, line_ids)]) AS all_in
        FROM made WHERE organisation_id = organisation GROUP BY open_item_id ORDER BY open_item_id) part;
    WITH changed AS (
      UPDATE open_item SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
        WHERE organisation_id = organisation AND id = ANY (ids)
        RETURNING currency = known[places[width_bucket(id, ids)]] AS fits,
          (kind <> 'expense') IS NOT DISTINCT FROM items_in[width_bucket(id, ids)] AS settles)
    SELECT bool_and(fits), bool_and(settles), count(*) INTO right_currency, right_way, found FROM changed;
    IF found <> cardinality(ids) THEN
      RAISE EXCEPTION 'a payment is of an open item of its organisation' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NOT one_currency OR NOT right_currency THEN
      RAISE EXCEPTION 'a payment names the currency of its open item';
    END IF;
    IF NOT right_way THEN
      RAISE EXCEPTION 'money in settles an invoice or a demand, money out an expense';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

ALTER FUNCTION keep_allocated() SET plan_cache_mode = force_custom_plan;

CREATE FUNCTION refuse_another_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organisation_id, NEW.id) IS DISTINCT FROM (OLD.organisation_id, OLD.id) THEN
    RAISE EXCEPTION 'what a payment or a match names keeps its id';
  END IF;
  RETURN NULL;
END
$$;
-- After, not before: a trigger before an update has every derived column computed again.
CREATE TRIGGER "bank_transaction_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "bank_transaction"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_identity();
CREATE TRIGGER "open_item_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "open_item"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_identity();
CREATE TRIGGER "match_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "match"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_identity();
CREATE TRIGGER "matching_run_keeps_id" AFTER UPDATE OF "id", "organisation_id" ON "matching_run"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_identity();

-- A match names its run for good. The organisation of a match and of an entry of the log is the one that the policy lets
-- the server write: what is left to check is that it is there.
ALTER TABLE "match" DROP CONSTRAINT "match_run_fkey", DROP CONSTRAINT "match_organisation_fkey";
ALTER TABLE "audit_entry" DROP CONSTRAINT "audit_entry_organisation_fkey";

CREATE FUNCTION check_matches_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id, run_id FROM made WHERE run_id IS NOT NULL) w
    WHERE NOT EXISTS (SELECT FROM matching_run r WHERE r.organisation_id = w.organisation_id AND r.id = w.run_id)
  ) THEN
    RAISE EXCEPTION 'a match is of a run of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id FROM made) w
    WHERE NOT EXISTS (SELECT FROM organisation o WHERE o.id = w.organisation_id)
  ) THEN
    RAISE EXCEPTION 'a match is of an organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION refuse_another_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.run_id IS DISTINCT FROM OLD.run_id THEN
    RAISE EXCEPTION 'a match keeps its run';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "match_keeps_run" AFTER UPDATE OF "run_id" ON "match" FOR EACH ROW EXECUTE FUNCTION refuse_another_run();
CREATE TRIGGER "match_made" AFTER INSERT ON "match" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION check_matches_made();

CREATE FUNCTION check_entries_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id FROM made) w
    WHERE NOT EXISTS (SELECT FROM organisation o WHERE o.id = w.organisation_id)
  ) THEN
    RAISE EXCEPTION 'an entry of the log is of an organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "audit_entry_made" AFTER INSERT ON "audit_entry" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION check_entries_made();
