-- What the sync engine keeps between two attempts.

ALTER TABLE "bank_connection"
  ADD COLUMN "link_url" TEXT,
  ADD COLUMN "link_repairs" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "link_claimed_until" TIMESTAMPTZ(6),
  ADD COLUMN "sync_failures" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "sync_not_before" TIMESTAMPTZ(6);

ALTER TABLE "financial_account"
  ADD COLUMN "adopted_at" TIMESTAMPTZ(6);

-- Pages that were read but are not committed yet: a provider's cursor counts only once its last page is there.
-- Unlogged, because losing them costs no more than reading them again; a loop and its rows vanish together.
CREATE UNLOGGED TABLE "sync_loop" (
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "owner" UUID NOT NULL,
    "start_cursor" TEXT,
    "next_cursor" TEXT,
    "pages" INTEGER NOT NULL DEFAULT 0,
    "problems" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,

    CONSTRAINT "sync_loop_pkey" PRIMARY KEY ("organisation_id","connection_id")
);

CREATE UNLOGGED TABLE "staged_change" (
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "removed" BOOLEAN NOT NULL,
    "id" UUID NOT NULL,
    "account_external_id" TEXT,
    "pending" BOOLEAN,
    "booked_on" DATE,
    "amount_minor" BIGINT,
    "currency" CHAR(3),
    "description" TEXT,
    "counterparty_name" TEXT,
    "reference" TEXT,
    "replaces_external_id" TEXT,
    "category_name" TEXT,

    CONSTRAINT "staged_change_pkey" PRIMARY KEY ("connection_id","external_id")
);

ALTER TABLE "sync_loop" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sync_loop" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "sync_loop" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "staged_change" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "staged_change" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "staged_change" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

GRANT SELECT, INSERT, UPDATE, DELETE ON "sync_loop", "staged_change" TO tieout_server;
