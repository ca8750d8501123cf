-- The laws of payments, once for each statement instead of once for each row: automatic matching writes thousands of
-- payments in one INSERT, and four small statements for each of them took most of its time.
--
-- Loops over primary keys on purpose. As joins these would be planned by the tenant's statistics, which a first sync's
-- rows do not have yet: the planner then takes the tenant for one row and compares everything with everything.

DROP TRIGGER "payment_keeps_allocated" ON "payment";
DROP TRIGGER "payment_is_sound" ON "payment";
DROP FUNCTION keep_allocated();
DROP FUNCTION check_payment();

-- `allocated_minor` is the sum of live payments. These triggers are its only writers. And money in settles an
-- invoice, money out an expense, in one currency.
CREATE FUNCTION allocate_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part record;
  line record;
BEGIN
  FOR part IN
    SELECT organisation_id, transaction_id, min(currency) AS currency, max(currency) AS other_currency,
      coalesce(sum(amount_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change
    FROM made GROUP BY organisation_id, transaction_id ORDER BY transaction_id
  LOOP
    UPDATE bank_transaction SET allocated_minor = allocated_minor + part.change, updated_at = now()
      WHERE organisation_id = part.organisation_id AND id = part.transaction_id
      RETURNING currency INTO line;
    IF line.currency <> part.currency OR line.currency <> part.other_currency THEN
      RAISE EXCEPTION 'a payment has one currency with its transaction and its open item';
    END IF;
  END LOOP;
  FOR part IN
    SELECT p.organisation_id, p.open_item_id, min(p.currency) AS currency, max(p.currency) AS other_currency,
      coalesce(sum(p.amount_minor) FILTER (WHERE p.voided_at IS NULL), 0)::bigint AS change,
      bool_or((SELECT t.amount_minor > 0 FROM bank_transaction t
        WHERE t.organisation_id = p.organisation_id AND t.id = p.transaction_id)) AS some_in,
      bool_and((SELECT t.amount_minor > 0 FROM bank_transaction t
        WHERE t.organisation_id = p.organisation_id AND t.id = p.transaction_id)) AS all_in
    FROM made p GROUP BY p.organisation_id, p.open_item_id ORDER BY p.open_item_id
  LOOP
    UPDATE open_item SET allocated_minor = allocated_minor + part.change, updated_at = now()
      WHERE organisation_id = part.organisation_id AND id = part.open_item_id
      RETURNING currency, kind INTO line;
    IF line.currency <> part.currency OR line.currency <> part.other_currency THEN
      RAISE EXCEPTION 'a payment has one currency with its transaction and its open item';
    END IF;
    IF (line.kind = 'invoice') <> part.all_in OR part.some_in <> part.all_in THEN
      RAISE EXCEPTION 'money in settles an invoice, money out an expense';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE TRIGGER "payment_made" AFTER INSERT ON "payment" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION allocate_made();

-- A voided payment gives back what it held. Few at a time: one match is undone.
CREATE FUNCTION keep_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change bigint;
BEGIN
  IF (NEW.organisation_id, NEW.id, NEW.transaction_id, NEW.open_item_id, NEW.amount_minor, NEW.currency, NEW.match_id)
      IS DISTINCT FROM
      (OLD.organisation_id, OLD.id, OLD.transaction_id, OLD.open_item_id, OLD.amount_minor, OLD.currency, OLD.match_id) THEN
    RAISE EXCEPTION 'a payment is voided and made again, never changed';
  END IF;
  change := CASE WHEN NEW.voided_at IS NULL THEN NEW.amount_minor ELSE 0 END
    - CASE WHEN OLD.voided_at IS NULL THEN OLD.amount_minor ELSE 0 END;
  IF change <> 0 THEN
    UPDATE bank_transaction SET allocated_minor = allocated_minor + change, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.transaction_id;
    UPDATE open_item SET allocated_minor = allocated_minor + change, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.open_item_id;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "payment_changed" AFTER UPDATE ON "payment" FOR EACH ROW EXECUTE FUNCTION keep_allocated();
