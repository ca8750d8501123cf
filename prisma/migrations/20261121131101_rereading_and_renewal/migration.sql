-- What a pull needs to know over several attempts, and who exchanges a connection's credential.

ALTER TABLE "bank_connection"
  ADD COLUMN "renewal_claim" UUID,
  ADD COLUMN "renewal_claimed_until" TIMESTAMPTZ(6);

ALTER TABLE "sync_loop"
  ADD COLUMN "reread_from" DATE,
  ADD COLUMN "reread_again" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "unread" JSONB DEFAULT '[]';
