-- A platform that says "changed" of what only its own reading did would have documents pulled without an end: pulls that
-- found nothing are counted, and the next one that it asks for waits the longer.
ALTER TABLE "accounting_connection"
  ADD COLUMN "pulls_for_nothing" INTEGER NOT NULL DEFAULT 0;
