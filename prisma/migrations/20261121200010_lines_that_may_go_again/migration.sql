-- What of an account was not sent is counted on every screen of its feed: the ids that were are read from the index alone.

-- A line that is not settled for all its being here. A column of its own, because it does not change while a line is pushed
-- and confirmed: an index that named the state would have each of these steps written into every index of the table.
ALTER TABLE "feed_line" ADD COLUMN "may_go_again" BOOLEAN NOT NULL
  GENERATED ALWAYS AS ("state" IN ('released', 'rejected')) STORED;
CREATE INDEX "feed_line_may_go_again" ON "feed_line"("organisation_id", "feed_account_id", "transaction_id")
  WHERE "may_go_again";
