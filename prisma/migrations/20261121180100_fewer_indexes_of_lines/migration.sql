-- Every matched line is written again into each of its indexes, as PostgreSQL updates rows: one index that answers two
-- questions costs half of two.

-- The lines of an organisation, newest first, and the figures over them (cash flow, match rate) from the index alone.
DROP INDEX "bank_transaction_figures";
DROP INDEX "bank_transaction_organisation_id_booked_on_id_idx";
CREATE INDEX "bank_transaction_by_day"
  ON "bank_transaction"("organisation_id", "booked_on" DESC, "id" DESC)
  INCLUDE ("amount_minor", "currency", "status", "pending", "category_id", "removed_at");

-- The same of one account: its ledger, and a block's figures.
DROP INDEX "bank_transaction_figures_of_account";
DROP INDEX "bank_transaction_organisation_id_account_id_booked_on_id_idx";
CREATE INDEX "bank_transaction_by_account"
  ON "bank_transaction"("organisation_id", "account_id", "booked_on" DESC, "id" DESC)
  INCLUDE ("amount_minor", "currency", "status", "removed_at");

-- Nobody asks for the items of no unit or no block by these.
DROP INDEX "open_item_organisation_id_unit_id_idx";
CREATE INDEX "open_item_of_unit" ON "open_item"("organisation_id", "unit_id") WHERE "unit_id" IS NOT NULL;
DROP INDEX "open_item_organisation_id_block_id_idx";
CREATE INDEX "open_item_of_block" ON "open_item"("organisation_id", "block_id") WHERE "block_id" IS NOT NULL;
