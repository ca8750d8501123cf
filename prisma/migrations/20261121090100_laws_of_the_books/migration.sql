-- What must hold of the books whatever the server does: references stay inside one tenant, a transaction
-- and an open item are never allocated beyond their amount, and what is excluded or removed holds no payment.

-- References. Each carries the organisation, so that none can point into another tenant.
ALTER TABLE "membership"
  ADD CONSTRAINT "membership_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
  ADD CONSTRAINT "membership_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person" ("id");
ALTER TABLE "session"
  ADD CONSTRAINT "session_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person" ("id");
ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");
ALTER TABLE "bank_connection"
  ADD CONSTRAINT "bank_connection_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");
ALTER TABLE "connection_status_change"
  ADD CONSTRAINT "connection_status_change_connection_fkey" FOREIGN KEY ("organisation_id", "connection_id") REFERENCES "bank_connection" ("organisation_id", "id");
ALTER TABLE "financial_account"
  ADD CONSTRAINT "financial_account_connection_fkey" FOREIGN KEY ("organisation_id", "connection_id") REFERENCES "bank_connection" ("organisation_id", "id");
ALTER TABLE "sync_run"
  ADD CONSTRAINT "sync_run_connection_fkey" FOREIGN KEY ("organisation_id", "connection_id") REFERENCES "bank_connection" ("organisation_id", "id");
ALTER TABLE "webhook_delivery"
  ADD CONSTRAINT "webhook_delivery_connection_fkey" FOREIGN KEY ("organisation_id", "connection_id") REFERENCES "bank_connection" ("organisation_id", "id");
ALTER TABLE "category"
  ADD CONSTRAINT "category_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");
ALTER TABLE "bank_transaction"
  ADD CONSTRAINT "bank_transaction_account_fkey" FOREIGN KEY ("organisation_id", "account_id") REFERENCES "financial_account" ("organisation_id", "id"),
  ADD CONSTRAINT "bank_transaction_category_fkey" FOREIGN KEY ("organisation_id", "category_id") REFERENCES "category" ("organisation_id", "id");
ALTER TABLE "open_item"
  ADD CONSTRAINT "open_item_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");
ALTER TABLE "match"
  ADD CONSTRAINT "match_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");
ALTER TABLE "payment"
  ADD CONSTRAINT "payment_match_fkey" FOREIGN KEY ("organisation_id", "match_id") REFERENCES "match" ("organisation_id", "id"),
  ADD CONSTRAINT "payment_transaction_fkey" FOREIGN KEY ("organisation_id", "transaction_id") REFERENCES "bank_transaction" ("organisation_id", "id"),
  ADD CONSTRAINT "payment_open_item_fkey" FOREIGN KEY ("organisation_id", "open_item_id") REFERENCES "open_item" ("organisation_id", "id");
ALTER TABLE "declined_pair"
  ADD CONSTRAINT "declined_pair_transaction_fkey" FOREIGN KEY ("organisation_id", "transaction_id") REFERENCES "bank_transaction" ("organisation_id", "id"),
  ADD CONSTRAINT "declined_pair_open_item_fkey" FOREIGN KEY ("organisation_id", "open_item_id") REFERENCES "open_item" ("organisation_id", "id");
ALTER TABLE "audit_entry"
  ADD CONSTRAINT "audit_entry_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id");

-- Amounts.
ALTER TABLE "payment"
  ADD CONSTRAINT "payment_amount_positive" CHECK ("amount_minor" > 0);
ALTER TABLE "open_item"
  ADD CONSTRAINT "open_item_amount_positive" CHECK ("amount_minor" > 0),
  ADD CONSTRAINT "open_item_not_over_allocated" CHECK ("allocated_minor" BETWEEN 0 AND "amount_minor"),
  ADD CONSTRAINT "open_item_void_holds_nothing" CHECK ("voided_at" IS NULL OR "allocated_minor" = 0);
ALTER TABLE "bank_transaction"
  ADD CONSTRAINT "bank_transaction_not_over_allocated" CHECK ("allocated_minor" BETWEEN 0 AND abs("amount_minor")),
  ADD CONSTRAINT "bank_transaction_excluded_holds_nothing" CHECK ("excluded_at" IS NULL OR "allocated_minor" = 0),
  ADD CONSTRAINT "bank_transaction_removed_holds_nothing" CHECK ("removed_at" IS NULL OR "allocated_minor" = 0);

-- `allocated_minor` is the sum of live payments. The trigger is the only writer.
CREATE FUNCTION keep_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change bigint;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.transaction_id, NEW.open_item_id, NEW.amount_minor, NEW.match_id)
      IS DISTINCT FROM (OLD.transaction_id, OLD.open_item_id, OLD.amount_minor, OLD.match_id) THEN
    RAISE EXCEPTION 'a payment is voided and made again, never changed';
  END IF;
  change := CASE WHEN NEW.voided_at IS NULL THEN NEW.amount_minor ELSE 0 END
    - CASE WHEN TG_OP = 'UPDATE' AND OLD.voided_at IS NULL THEN OLD.amount_minor ELSE 0 END;
  IF change <> 0 THEN
    UPDATE bank_transaction SET allocated_minor = allocated_minor + change, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.transaction_id;
    UPDATE open_item SET allocated_minor = allocated_minor + change, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.open_item_id;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER payment_keeps_allocated AFTER INSERT OR UPDATE ON "payment"
  FOR EACH ROW EXECUTE FUNCTION keep_allocated();

-- Money in settles an invoice, money out an expense, in one currency.
CREATE FUNCTION check_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line bank_transaction;
  item open_item;
BEGIN
  SELECT * INTO line FROM bank_transaction WHERE organisation_id = NEW.organisation_id AND id = NEW.transaction_id;
  SELECT * INTO item FROM open_item WHERE organisation_id = NEW.organisation_id AND id = NEW.open_item_id;
  IF line.currency <> NEW.currency OR item.currency <> NEW.currency THEN
    RAISE EXCEPTION 'a payment has one currency with its transaction and its open item';
  END IF;
  IF (item.kind = 'invoice') <> (line.amount_minor > 0) THEN
    RAISE EXCEPTION 'money in settles an invoice, money out an expense';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER payment_is_sound BEFORE INSERT ON "payment"
  FOR EACH ROW EXECUTE FUNCTION check_payment();

-- Live payments only: what the screens and the matching ask for.
CREATE INDEX "payment_live_by_transaction" ON "payment" ("organisation_id", "transaction_id") WHERE "voided_at" IS NULL;
CREATE INDEX "payment_live_by_open_item" ON "payment" ("organisation_id", "open_item_id") WHERE "voided_at" IS NULL;
