-- The whole life of a connection: refresh and its cooldown, ranges read again, revocations that outlive the connection,
-- accounts without one, the chart of accounts, statements brought in by hand, and what people are told.

ALTER TABLE "organisation" ADD COLUMN "weekend_days" INTEGER[] DEFAULT ARRAY[6, 7]::INTEGER[];

ALTER TABLE "bank_connection"
  ADD COLUMN "link_state" TEXT,
  ADD COLUMN "history_days" INTEGER NOT NULL DEFAULT 90,
  ADD COLUMN "reread_from" DATE,
  ADD COLUMN "refresh_requested_at" TIMESTAMPTZ(6),
  ADD COLUMN "refresh_not_before" TIMESTAMPTZ(6),
  ADD COLUMN "next_sync_at" TIMESTAMPTZ(6),
  ADD COLUMN "consent_revoked_at" TIMESTAMPTZ(6);

CREATE TABLE "consent_revocation" (
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "credential_key_id" TEXT NOT NULL,
    "credential_nonce" BYTEA NOT NULL,
    "credential_ciphertext" BYTEA NOT NULL,
    "credential_tag" BYTEA NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consent_revocation_pkey" PRIMARY KEY ("organisation_id","connection_id"),
    CONSTRAINT "consent_revocation_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "bank_connection"("organisation_id","id")
);

CREATE TABLE "provider_pause" (
    "provider" TEXT NOT NULL,
    "until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "provider_pause_pkey" PRIMARY KEY ("provider")
);

CREATE TABLE "ledger_account" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" CHAR(3),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "ledger_account_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "ledger_account_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "ledger_account_kind_known" CHECK ("kind" IN ('cash', 'liability', 'receivable', 'payable', 'income', 'expense', 'equity', 'other'))
);
CREATE UNIQUE INDEX "ledger_account_organisation_id_number_key" ON "ledger_account"("organisation_id", "number");

CREATE TYPE "account_path" AS ENUM ('standard', 'manual_upload', 'non_standard');

ALTER TABLE "financial_account"
  ALTER COLUMN "connection_id" DROP NOT NULL,
  ALTER COLUMN "external_id" DROP NOT NULL,
  ADD COLUMN "identifier_digest" BYTEA,
  ADD COLUMN "path" "account_path",
  ADD COLUMN "in_scope" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "institution_name" TEXT,
  ADD COLUMN "ledger_account_id" UUID,
  ADD COLUMN "upload_business_day" INTEGER NOT NULL DEFAULT 5,
  ADD COLUMN "uploads_from" DATE,
  ADD CONSTRAINT "financial_account_ledger_account_fkey" FOREIGN KEY ("organisation_id","ledger_account_id") REFERENCES "ledger_account"("organisation_id","id"),
  ADD CONSTRAINT "financial_account_connection_or_hand" CHECK (("connection_id" IS NULL) = ("external_id" IS NULL)),
  ADD CONSTRAINT "financial_account_upload_business_day" CHECK ("upload_business_day" BETWEEN 1 AND 20);

UPDATE "financial_account" SET "path" = 'standard' WHERE "closed_at" IS NULL;

CREATE TABLE "account_balance" (
    "organisation_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "current_minor" BIGINT NOT NULL,
    "available_minor" BIGINT,
    "as_of" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "account_balance_pkey" PRIMARY KEY ("organisation_id","account_id","day"),
    CONSTRAINT "account_balance_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id")
);

CREATE TABLE "statement_upload" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "note" TEXT,
    "uploaded_by" TEXT NOT NULL,
    "uploaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(6),

    CONSTRAINT "statement_upload_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "statement_upload_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id"),
    CONSTRAINT "statement_upload_month" CHECK (extract(day FROM "month") = 1)
);
CREATE INDEX "statement_upload_organisation_id_account_id_month_idx" ON "statement_upload"("organisation_id", "account_id", "month");
-- A month counts as brought in once.
CREATE UNIQUE INDEX "statement_upload_once" ON "statement_upload"("organisation_id", "account_id", "month") WHERE "withdrawn_at" IS NULL;

CREATE TABLE "holiday" (
    "organisation_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "holiday_pkey" PRIMARY KEY ("organisation_id","day"),
    CONSTRAINT "holiday_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id")
);

CREATE TABLE "announcement" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "connection_id" UUID,
    "account_id" UUID,
    "occasion" TEXT NOT NULL,
    "announced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(6),
    "dismissed_at" TIMESTAMPTZ(6),
    "dismissed_by" TEXT,

    CONSTRAINT "announcement_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "announcement_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "bank_connection"("organisation_id","id"),
    CONSTRAINT "announcement_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id"),
    CONSTRAINT "announcement_of_one" CHECK (num_nonnulls("connection_id", "account_id") = 1)
);
-- Told once for each occasion: nulls count as equal here.
CREATE UNIQUE INDEX "announcement_once" ON "announcement"("organisation_id", "kind", "connection_id", "account_id", "occasion") NULLS NOT DISTINCT;

ALTER TABLE "sync_loop" ADD COLUMN "whole" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "webhook_delivery" ADD COLUMN "path" TEXT NOT NULL DEFAULT '';

ALTER TABLE "consent_revocation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "consent_revocation" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "consent_revocation" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "ledger_account" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ledger_account" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "ledger_account" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "account_balance" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "account_balance" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "account_balance" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "statement_upload" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "statement_upload" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "statement_upload" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "holiday" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "holiday" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "holiday" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "announcement" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "announcement" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "announcement" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

GRANT SELECT, INSERT, UPDATE ON "consent_revocation", "provider_pause", "ledger_account", "account_balance",
  "statement_upload", "holiday", "announcement" TO tieout_server;
-- A credential must be gone when it has served, and a calendar may be corrected.
GRANT DELETE ON "consent_revocation", "provider_pause", "holiday" TO tieout_server;
