-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'accountant', 'viewer');

-- CreateEnum
CREATE TYPE "connection_status" AS ENUM ('pending', 'in_progress', 'active', 'partially_active', 'reconnect_required', 'reconnect_available', 'degraded', 'expired', 'deleted');

-- CreateEnum
CREATE TYPE "sync_run_status" AS ENUM ('running', 'succeeded', 'failed');

-- CreateEnum
CREATE TYPE "bank_transaction_status" AS ENUM ('unmatched', 'part_matched', 'matched', 'excluded', 'removed');

-- CreateEnum
CREATE TYPE "open_item_kind" AS ENUM ('invoice', 'expense');

-- CreateEnum
CREATE TYPE "open_item_status" AS ENUM ('open', 'part_paid', 'paid', 'void');

-- CreateTable
CREATE TABLE "organisation" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "base_currency" CHAR(3) NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'Europe/London',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "person_id" UUID NOT NULL,
    "current_organisation_id" UUID,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "permissions" TEXT[],
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setup_link" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "setup_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bank_connection" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "external_id" TEXT,
    "institution_id" TEXT,
    "institution_name" TEXT NOT NULL,
    "institution_colour" TEXT,
    "status" "connection_status" NOT NULL DEFAULT 'pending',
    "status_reason" TEXT,
    "link_token" TEXT,
    "link_expires_at" TIMESTAMPTZ(6),
    "credential_key_id" TEXT,
    "credential_nonce" BYTEA,
    "credential_ciphertext" BYTEA,
    "credential_tag" BYTEA,
    "cursor" TEXT,
    "consent_expires_at" TIMESTAMPTZ(6),
    "last_sync_at" TIMESTAMPTZ(6),
    "successfully_aggregated_at" TIMESTAMPTZ(6),
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(6),

    CONSTRAINT "bank_connection_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "connection_status_change" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "from_status" "connection_status",
    "to_status" "connection_status" NOT NULL,
    "cause" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_status_change_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "financial_account" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "persistent_id" TEXT,
    "name" TEXT NOT NULL,
    "official_name" TEXT,
    "kind" TEXT NOT NULL,
    "mask" TEXT,
    "currency" CHAR(3) NOT NULL,
    "balance_current_minor" BIGINT,
    "balance_available_minor" BIGINT,
    "balance_as_of" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(6),

    CONSTRAINT "financial_account_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "sync_run" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "trigger" TEXT NOT NULL,
    "status" "sync_run_status" NOT NULL DEFAULT 'running',
    "pages" INTEGER NOT NULL DEFAULT 0,
    "added" INTEGER NOT NULL DEFAULT 0,
    "modified" INTEGER NOT NULL DEFAULT 0,
    "removed" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "delivery_key" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "webhook_tally" (
    "provider" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "outcome" TEXT NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "webhook_tally_pkey" PRIMARY KEY ("provider","day","outcome")
);

-- CreateTable
CREATE TABLE "bank_transaction" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "pending" BOOLEAN NOT NULL DEFAULT false,
    "booked_on" DATE NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "description" TEXT NOT NULL,
    "counterparty_name" TEXT,
    "reference" TEXT,
    "category_id" UUID,
    "category_by_person" BOOLEAN NOT NULL DEFAULT false,
    "excluded_at" TIMESTAMPTZ(6),
    "excluded_by" TEXT,
    "exclusion_reason" TEXT,
    "removed_at" TIMESTAMPTZ(6),
    "allocated_minor" BIGINT NOT NULL DEFAULT 0,
    "status" "bank_transaction_status" NOT NULL GENERATED ALWAYS AS (
      CASE
        WHEN "removed_at" IS NOT NULL THEN 'removed'::"bank_transaction_status"
        WHEN "excluded_at" IS NOT NULL THEN 'excluded'::"bank_transaction_status"
        WHEN "allocated_minor" = 0 THEN 'unmatched'::"bank_transaction_status"
        WHEN "allocated_minor" < abs("amount_minor") THEN 'part_matched'::"bank_transaction_status"
        ELSE 'matched'::"bank_transaction_status"
      END
    ) STORED,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bank_transaction_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "category" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "category_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "open_item" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "kind" "open_item_kind" NOT NULL,
    "number" TEXT NOT NULL,
    "counterparty_name" TEXT NOT NULL,
    "issued_on" DATE NOT NULL,
    "due_on" DATE,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "description" TEXT,
    "voided_at" TIMESTAMPTZ(6),
    "allocated_minor" BIGINT NOT NULL DEFAULT 0,
    "status" "open_item_status" NOT NULL GENERATED ALWAYS AS (
      CASE
        WHEN "voided_at" IS NOT NULL THEN 'void'::"open_item_status"
        WHEN "allocated_minor" = 0 THEN 'open'::"open_item_status"
        WHEN "allocated_minor" < "amount_minor" THEN 'part_paid'::"open_item_status"
        ELSE 'paid'::"open_item_status"
      END
    ) STORED,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "open_item_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "match" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "profile" TEXT,
    "score" INTEGER,
    "evidence" JSONB NOT NULL DEFAULT '[]',
    "decided_by" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "voided_at" TIMESTAMPTZ(6),
    "voided_by" TEXT,
    "void_reason" TEXT,

    CONSTRAINT "match_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "match_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "open_item_id" UUID NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "voided_at" TIMESTAMPTZ(6),

    CONSTRAINT "payment_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "declined_pair" (
    "organisation_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "open_item_id" UUID NOT NULL,
    "declined_by" TEXT NOT NULL,
    "declined_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "declined_pair_pkey" PRIMARY KEY ("organisation_id","transaction_id","open_item_id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("organisation_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "organisation_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("organisation_id","seq")
);

-- CreateTable
CREATE TABLE "event_head" (
    "organisation_id" UUID NOT NULL,
    "last_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_head_pkey" PRIMARY KEY ("organisation_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_email_key" ON "person"("email");

-- CreateIndex
CREATE INDEX "membership_person_id_idx" ON "membership"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_organisation_id_person_id_key" ON "membership"("organisation_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_secret_hash_key" ON "session"("secret_hash");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_secret_hash_key" ON "api_key"("secret_hash");

-- CreateIndex
CREATE INDEX "api_key_organisation_id_idx" ON "api_key"("organisation_id");

-- CreateIndex
CREATE INDEX "sign_in_attempt_key_created_at_idx" ON "sign_in_attempt"("key", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "setup_link_secret_hash_key" ON "setup_link"("secret_hash");

-- CreateIndex
CREATE INDEX "bank_connection_organisation_id_created_at_idx" ON "bank_connection"("organisation_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "bank_connection_provider_external_id_key" ON "bank_connection"("provider", "external_id");

-- CreateIndex
CREATE INDEX "connection_status_change_organisation_id_connection_id_crea_idx" ON "connection_status_change"("organisation_id", "connection_id", "created_at");

-- CreateIndex
CREATE INDEX "financial_account_organisation_id_idx" ON "financial_account"("organisation_id");

-- CreateIndex
CREATE UNIQUE INDEX "financial_account_connection_id_external_id_key" ON "financial_account"("connection_id", "external_id");

-- CreateIndex
CREATE INDEX "sync_run_organisation_id_connection_id_started_at_idx" ON "sync_run"("organisation_id", "connection_id", "started_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_organisation_id_received_at_idx" ON "webhook_delivery"("organisation_id", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_provider_delivery_key_key" ON "webhook_delivery"("provider", "delivery_key");

-- CreateIndex
CREATE INDEX "bank_transaction_organisation_id_booked_on_id_idx" ON "bank_transaction"("organisation_id", "booked_on" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "bank_transaction_organisation_id_account_id_booked_on_id_idx" ON "bank_transaction"("organisation_id", "account_id", "booked_on" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "bank_transaction_organisation_id_status_booked_on_id_idx" ON "bank_transaction"("organisation_id", "status", "booked_on" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "bank_transaction_account_id_external_id_key" ON "bank_transaction"("account_id", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "category_organisation_id_name_key" ON "category"("organisation_id", "name");

-- CreateIndex
CREATE INDEX "open_item_organisation_id_status_issued_on_id_idx" ON "open_item"("organisation_id", "status", "issued_on" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "open_item_organisation_id_issued_on_id_idx" ON "open_item"("organisation_id", "issued_on" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "open_item_organisation_id_kind_counterparty_name_number_key" ON "open_item"("organisation_id", "kind", "counterparty_name", "number");

-- CreateIndex
CREATE INDEX "match_organisation_id_decided_at_id_idx" ON "match"("organisation_id", "decided_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "payment_organisation_id_match_id_idx" ON "payment"("organisation_id", "match_id");

-- CreateIndex
CREATE INDEX "payment_organisation_id_transaction_id_idx" ON "payment"("organisation_id", "transaction_id");

-- CreateIndex
CREATE INDEX "payment_organisation_id_open_item_id_idx" ON "payment"("organisation_id", "open_item_id");

-- CreateIndex
CREATE INDEX "audit_entry_organisation_id_created_at_id_idx" ON "audit_entry"("organisation_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_organisation_id_subject_id_idx" ON "audit_entry"("organisation_id", "subject_id");

-- CreateIndex
CREATE INDEX "event_created_at_idx" ON "event"("created_at");

