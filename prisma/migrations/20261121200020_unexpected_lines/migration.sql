-- A number of unexpected lines helps nobody find them: the first of them are kept with the check.
ALTER TABLE "feed_check"
  -- [{bookedOn, amountMinor (as text), description}], in the order of days
  ADD COLUMN "unexpected_lines" JSONB NOT NULL DEFAULT '[]';
