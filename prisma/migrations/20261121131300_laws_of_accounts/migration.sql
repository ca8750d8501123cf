-- What must hold of accounts and of the chart whatever the server does.

ALTER TABLE "organisation"
  ADD CONSTRAINT "organisation_weekend_days" CHECK ("weekend_days" <@ ARRAY[1, 2, 3, 4, 5, 6, 7] AND cardinality("weekend_days") <= 6);

ALTER TABLE "financial_account"
  -- Statements by hand are expected from some month on.
  ADD CONSTRAINT "financial_account_manual_since" CHECK ("path" IS DISTINCT FROM 'manual_upload' OR "uploads_from" IS NOT NULL),
  ADD CONSTRAINT "financial_account_uploads_from_month" CHECK (extract(day FROM "uploads_from") = 1),
  ADD CONSTRAINT "financial_account_standard_is_connected" CHECK ("connection_id" IS NOT NULL OR "path" IS DISTINCT FROM 'standard'),
  ADD CONSTRAINT "financial_account_held_somewhere" CHECK ("connection_id" IS NOT NULL OR "institution_name" IS NOT NULL);

-- Adding an account by hand twice is one account.
CREATE UNIQUE INDEX "financial_account_by_hand_once" ON "financial_account"
  ("organisation_id", lower("institution_name"), lower("name"), "currency", coalesce("mask", ''))
  WHERE "connection_id" IS NULL AND "closed_at" IS NULL;
CREATE INDEX "financial_account_by_ledger_account" ON "financial_account" ("organisation_id", "ledger_account_id")
  WHERE "ledger_account_id" IS NOT NULL;

ALTER TABLE "ledger_account"
  ADD CONSTRAINT "ledger_account_is_named" CHECK (btrim("number") <> '' AND btrim("name") <> '');

-- Money in the bank is cash, a card or a loan a liability; what an account of another kind is, its owner says.
CREATE FUNCTION ledger_kind_fits(account_kind text, ledger_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN account_kind IN ('current', 'savings') THEN ledger_kind = 'cash'
    WHEN account_kind IN ('credit_card', 'loan') THEN ledger_kind = 'liability'
    ELSE ledger_kind IN ('cash', 'liability')
  END;

-- Checked when an account is mapped, and not when a sync learns a new kind of it: a bank's word must not fail a sync.
CREATE FUNCTION check_mapping() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ledger ledger_account;
BEGIN
  IF NEW.ledger_account_id IS NULL
      OR TG_OP = 'UPDATE' AND NEW.ledger_account_id IS NOT DISTINCT FROM OLD.ledger_account_id THEN
    RETURN NEW;
  END IF;
  -- Held until the end, so that nobody archives it meanwhile. One that is not there is the foreign key's to refuse.
  SELECT * INTO ledger FROM ledger_account
    WHERE organisation_id = NEW.organisation_id AND id = NEW.ledger_account_id FOR SHARE;
  IF NOT FOUND THEN
    RETURN NEW;
  END IF;
  IF ledger.archived_at IS NOT NULL THEN
    RAISE EXCEPTION 'nothing is mapped to an archived ledger account';
  END IF;
  IF NOT ledger_kind_fits(NEW.kind, ledger.kind) THEN
    RAISE EXCEPTION 'a % account is not booked on a % account', NEW.kind, ledger.kind;
  END IF;
  IF ledger.currency <> NEW.currency THEN
    RAISE EXCEPTION 'a ledger account in % holds no %', ledger.currency, NEW.currency;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER financial_account_mapping_fits BEFORE INSERT OR UPDATE OF "ledger_account_id" ON "financial_account"
  FOR EACH ROW EXECUTE FUNCTION check_mapping();

-- What is mapped to a ledger account keeps it as it must be.
CREATE FUNCTION check_ledger_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.kind, NEW.currency, NEW.archived_at) IS NOT DISTINCT FROM (OLD.kind, OLD.currency, OLD.archived_at) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT FROM financial_account a
    WHERE a.organisation_id = NEW.organisation_id AND a.ledger_account_id = NEW.id
      AND (NEW.archived_at IS NOT NULL OR NEW.currency <> a.currency
        OR NEW.kind <> OLD.kind AND NOT ledger_kind_fits(a.kind, NEW.kind))) THEN
    RAISE EXCEPTION 'an account is mapped to this ledger account';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER ledger_account_fits_its_accounts BEFORE UPDATE ON "ledger_account"
  FOR EACH ROW EXECUTE FUNCTION check_ledger_account();
