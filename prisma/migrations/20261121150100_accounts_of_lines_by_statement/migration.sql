-- That a bank transaction is of an account of its own organisation is checked once for each statement, and not once for
-- each row: of the time that a million lines take to write, the foreign key alone was a quarter. Accounts are never
-- deleted and keep their ids (the server may not delete them, and a trigger below refuses another id), so nothing is lost.

ALTER TABLE "bank_transaction" DROP CONSTRAINT "bank_transaction_account_fkey";

CREATE FUNCTION check_accounts_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT organisation_id, account_id FROM written) w
    WHERE NOT EXISTS (
      SELECT FROM financial_account a WHERE a.organisation_id = w.organisation_id AND a.id = w.account_id)
  ) THEN
    RAISE EXCEPTION 'a bank transaction is of an account of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "bank_transaction_has_account" AFTER INSERT ON "bank_transaction" REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION check_accounts_of_lines();

CREATE FUNCTION check_account_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM financial_account a WHERE a.organisation_id = NEW.organisation_id AND a.id = NEW.account_id
  ) THEN
    RAISE EXCEPTION 'a bank transaction is of an account of its organisation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "bank_transaction_keeps_account" AFTER UPDATE OF "account_id", "organisation_id" ON "bank_transaction"
  FOR EACH ROW EXECUTE FUNCTION check_account_of_line();

CREATE FUNCTION refuse_another_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organisation_id, NEW.id) IS DISTINCT FROM (OLD.organisation_id, OLD.id) THEN
    RAISE EXCEPTION 'an account keeps its id';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER "financial_account_keeps_id" BEFORE UPDATE OF "id", "organisation_id" ON "financial_account"
  FOR EACH ROW EXECUTE FUNCTION refuse_another_id();
