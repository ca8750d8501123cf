-- What the screens and the matching read all day, answered from indexes while row-level security is on.
--
-- A policy is a security barrier: PostgreSQL uses a condition for an index only if its operator is leakproof. Comparing
-- enums is not, and neither are abs() and subtraction. So statuses are conditions of partial indexes, which the
-- planner may always use, and what is open of an item is a column.

ALTER TABLE "open_item"
  ADD COLUMN "open_minor" BIGINT NOT NULL GENERATED ALWAYS AS ("amount_minor" - "allocated_minor") STORED,
  -- As core/matching writes a document number: letters and digits only, in lower case.
  ADD COLUMN "number_key" TEXT NOT NULL GENERATED ALWAYS AS (lower(regexp_replace("number", '[^[:alnum:]]', '', 'g'))) STORED;

-- Of no use behind a policy: see above.
DROP INDEX "bank_transaction_organisation_id_status_booked_on_id_idx";
DROP INDEX "open_item_organisation_id_status_issued_on_id_idx";

-- The queue of what is not reconciled, and its sums.
CREATE INDEX "bank_transaction_unreconciled" ON "bank_transaction" ("organisation_id", "booked_on" DESC, "id" DESC)
  INCLUDE ("amount_minor", "allocated_minor", "currency", "pending") WHERE "status" IN ('unmatched', 'part_matched');
-- Who else could have paid the same.
CREATE INDEX "bank_transaction_unreconciled_by_amount" ON "bank_transaction" ("organisation_id", "amount_minor")
  WHERE "status" IN ('unmatched', 'part_matched');
-- Cash flow and match rate.
CREATE INDEX "bank_transaction_figures" ON "bank_transaction" ("organisation_id", "booked_on")
  INCLUDE ("amount_minor", "currency", "status", "pending", "category_id") WHERE "removed_at" IS NULL;

-- What can be settled: by amount (and its sums), by number, by name, the newest.
CREATE INDEX "open_item_to_settle_by_amount" ON "open_item" ("organisation_id", "currency", "open_minor", "id")
  INCLUDE ("kind", "due_on") WHERE "status" IN ('open', 'part_paid');
CREATE INDEX "open_item_to_settle_by_number" ON "open_item" ("organisation_id", "number_key")
  WHERE "status" IN ('open', 'part_paid');
CREATE INDEX "open_item_to_settle_by_name" ON "open_item" ("organisation_id", "counterparty_name")
  WHERE "status" IN ('open', 'part_paid');
CREATE INDEX "open_item_to_settle" ON "open_item" ("organisation_id", "issued_on" DESC, "id" DESC)
  WHERE "status" IN ('open', 'part_paid');
