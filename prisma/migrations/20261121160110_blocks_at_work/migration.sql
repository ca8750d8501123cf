-- A unit's number is each once in its block, whatever its case and spaces.
CREATE UNIQUE INDEX "unit_number_once" ON "unit"("organisation_id", "block_id", upper(regexp_replace("number", '\s+', '', 'g')));
-- The figures of a block: of its accounts' lines, over a period, from the index alone.
CREATE INDEX "bank_transaction_figures_of_account" ON "bank_transaction" ("organisation_id", "account_id", "booked_on")
  INCLUDE ("amount_minor", "currency", "status") WHERE "removed_at" IS NULL;
-- An item that is made from a bank transaction gives it a category, and its number is the next of the year. What category
-- was there before comes back when it goes: {"categoryId", "byPerson", "given"}.
ALTER TABLE "open_item" ADD COLUMN "standalone_before" JSONB;
CREATE UNIQUE INDEX "open_item_standalone_number" ON "open_item"("organisation_id", "number" COLLATE "C") WHERE "standalone_of" IS NOT NULL;
