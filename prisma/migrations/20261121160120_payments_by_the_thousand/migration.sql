-- What a run of matching writes and its undoing takes back: thousands of payments in one statement. Their laws, kept by
-- one UPDATE for each side instead of one for each row.
--
-- Such an UPDATE finds its rows by `id = ANY (array)`, and each row finds its own figure by `width_bucket`, a binary
-- search in that very array, which is sorted. As joins these would be planned by the tenant's statistics, which a first
-- sync's rows do not have yet: the planner then takes the tenant for one row and compares everything with everything.

-- `allocated_minor` is the sum of live payments. These triggers are its only writers. And money in settles an invoice or
-- a demand, money out an expense, each side in its own currency.
CREATE OR REPLACE FUNCTION allocate_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  organisation uuid;
  ids uuid[];
  changes bigint[];
  currencies text[];
  -- Of the transactions, by id: whether money came in.
  line_ids uuid[];
  lines_in boolean[];
  -- Of each item: whether money came in by all of its payments; null where some came in and some went out.
  items_in boolean[];
  one_currency boolean;
  right_currency boolean;
  right_way boolean;
BEGIN
  FOR organisation IN SELECT DISTINCT organisation_id FROM made LOOP
    SELECT array_agg(id ORDER BY id), array_agg(change ORDER BY id), array_agg(low ORDER BY id), bool_and(low = high)
      INTO ids, changes, currencies, one_currency
      FROM (SELECT transaction_id AS id, min(transaction_currency) AS low, max(transaction_currency) AS high,
          coalesce(sum(transaction_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change
        FROM made WHERE organisation_id = organisation GROUP BY transaction_id) part;
    WITH changed AS (
      UPDATE bank_transaction SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
        WHERE organisation_id = organisation AND id = ANY (ids)
        RETURNING id, currency = currencies[width_bucket(id, ids)] AS fits, amount_minor > 0 AS comes_in)
    SELECT array_agg(id ORDER BY id), array_agg(comes_in ORDER BY id), bool_and(fits)
      INTO line_ids, lines_in, right_currency FROM changed;
    IF NOT one_currency OR NOT right_currency THEN
      RAISE EXCEPTION 'a payment names the currency of its transaction';
    END IF;

    SELECT array_agg(id ORDER BY id), array_agg(change ORDER BY id), array_agg(low ORDER BY id), bool_and(low = high),
        array_agg(CASE WHEN some_in = all_in THEN all_in END ORDER BY id)
      INTO ids, changes, currencies, one_currency, items_in
      FROM (SELECT open_item_id AS id, min(currency) AS low, max(currency) AS high,
          coalesce(sum(amount_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change,
          bool_or(lines_in[width_bucket(transaction_id, line_ids)]) AS some_in,
          bool_and(lines_in[width_bucket(transaction_id, line_ids)]) AS all_in
        FROM made WHERE organisation_id = organisation GROUP BY open_item_id) part;
    WITH changed AS (
      UPDATE open_item SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
        WHERE organisation_id = organisation AND id = ANY (ids)
        RETURNING currency = currencies[width_bucket(id, ids)] AS fits,
          (kind <> 'expense') IS NOT DISTINCT FROM items_in[width_bucket(id, ids)] AS settles)
    SELECT bool_and(fits), bool_and(settles) INTO right_currency, right_way FROM changed;
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

-- A voided payment gives back what it held.
DROP TRIGGER "payment_changed" ON "payment";
CREATE OR REPLACE FUNCTION keep_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  organisation uuid;
  ids uuid[];
  changes bigint[];
BEGIN
  IF EXISTS (
    SELECT organisation_id, id, transaction_id, open_item_id, amount_minor, currency, match_id, kind, transaction_minor,
      transaction_currency, rate FROM after_change
    EXCEPT
    SELECT organisation_id, id, transaction_id, open_item_id, amount_minor, currency, match_id, kind, transaction_minor,
      transaction_currency, rate FROM before_change
  ) THEN
    RAISE EXCEPTION 'a payment is voided and made again, never changed';
  END IF;
  FOR organisation IN SELECT DISTINCT organisation_id FROM after_change LOOP
    SELECT array_agg(id ORDER BY id), array_agg(change ORDER BY id) INTO ids, changes
      FROM (SELECT transaction_id AS id, sum(change)::bigint AS change FROM (
          SELECT organisation_id, transaction_id, transaction_minor AS change, voided_at FROM after_change
          UNION ALL SELECT organisation_id, transaction_id, -transaction_minor, voided_at FROM before_change) side
        WHERE organisation_id = organisation AND voided_at IS NULL GROUP BY transaction_id HAVING sum(change) <> 0) part;
    UPDATE bank_transaction SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
      WHERE organisation_id = organisation AND id = ANY (ids);
    SELECT array_agg(id ORDER BY id), array_agg(change ORDER BY id) INTO ids, changes
      FROM (SELECT open_item_id AS id, sum(change)::bigint AS change FROM (
          SELECT organisation_id, open_item_id, amount_minor AS change, voided_at FROM after_change
          UNION ALL SELECT organisation_id, open_item_id, -amount_minor, voided_at FROM before_change) side
        WHERE organisation_id = organisation AND voided_at IS NULL GROUP BY open_item_id HAVING sum(change) <> 0) part;
    UPDATE open_item SET allocated_minor = allocated_minor + changes[width_bucket(id, ids)], updated_at = now()
      WHERE organisation_id = organisation AND id = ANY (ids);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "payment_changed" AFTER UPDATE ON "payment" REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION keep_allocated();

-- Nearly every payment is live: the indexes over all of them answer the same, and each is written with each payment.
DROP INDEX "payment_live_by_transaction";
DROP INDEX "payment_live_by_open_item";
-- The matches of a run, page by page.
DROP INDEX "match_of_run";
CREATE INDEX "match_of_run" ON "match"("organisation_id", "run_id", "id") WHERE "run_id" IS NOT NULL;
-- Nothing lists matches by the moment of their decision.
DROP INDEX "match_organisation_id_decided_at_id_idx";
