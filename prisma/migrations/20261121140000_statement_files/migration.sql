-- Statement files: the file itself, what was read from it, what it added and what it recognised, so that a whole
-- import and each single recognition can be explained and undone. And blocks: sets of books of their own.

CREATE TABLE "block" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "block_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "block_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id")
);
CREATE UNIQUE INDEX "block_organisation_id_name_key" ON "block"("organisation_id", "name");

ALTER TABLE "financial_account"
  ADD COLUMN "block_id" UUID,
  ADD CONSTRAINT "financial_account_block_fkey" FOREIGN KEY ("organisation_id","block_id") REFERENCES "block"("organisation_id","id");

CREATE TYPE "import_status" AS ENUM ('processing', 'pending', 'complete', 'failed', 'undone', 'discarded');

CREATE TABLE "import_batch" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "file_bytes" BIGINT NOT NULL DEFAULT 0,
    "file_digest" BYTEA,
    "format" TEXT,
    "encoding" TEXT,
    "vocabulary" TEXT,
    "account_id" UUID,
    "status" "import_status" NOT NULL DEFAULT 'processing',
    "step" TEXT,
    "import_when_read" BOOLEAN NOT NULL DEFAULT false,
    "attempt" UUID,
    "bytes_read" BIGINT NOT NULL DEFAULT 0,
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "rows_written" INTEGER NOT NULL DEFAULT 0,
    "layout" JSONB,
    "survey" JSONB,
    "preview" JSONB,
    "questions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "checks" JSONB NOT NULL DEFAULT '[]',
    "checks_passed" INTEGER NOT NULL DEFAULT 0,
    "checks_failed" INTEGER NOT NULL DEFAULT 0,
    "total_rows" INTEGER NOT NULL DEFAULT 0,
    "lines" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "problems" INTEGER NOT NULL DEFAULT 0,
    "recognised" INTEGER NOT NULL DEFAULT 0,
    "added" INTEGER NOT NULL DEFAULT 0,
    "sources" JSONB NOT NULL DEFAULT '[]',
    "unbalanced_reason" TEXT,
    "unbalanced_accepted_by" TEXT,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),
    "undone_at" TIMESTAMPTZ(6),
    "undone_by" TEXT,

    CONSTRAINT "import_batch_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "import_batch_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "import_batch_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id")
);
CREATE INDEX "import_batch_organisation_id_created_at_id_idx" ON "import_batch"("organisation_id", "created_at" DESC, "id" DESC);
CREATE INDEX "import_batch_organisation_id_file_digest_idx" ON "import_batch"("organisation_id", "file_digest");

CREATE TABLE "import_file_part" (
    "organisation_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "import_file_part_pkey" PRIMARY KEY ("organisation_id","batch_id","position"),
    CONSTRAINT "import_file_part_batch_fkey" FOREIGN KEY ("organisation_id","batch_id") REFERENCES "import_batch"("organisation_id","id")
);
-- Mostly compressible only at a cost that the upload would wait for.
ALTER TABLE "import_file_part" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

CREATE TABLE "import_statement" (
    "organisation_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    "account_digest" BYTEA,
    "account_mask" TEXT,
    "account_name" TEXT,
    "account_id" UUID,
    "currency" CHAR(3),
    "number" TEXT,
    "opening_minor" BIGINT,
    "closing_minor" BIGINT,
    "available_minor" BIGINT,
    "closing_on" DATE,
    "first_on" DATE,
    "last_on" DATE,
    "lines" INTEGER NOT NULL DEFAULT 0,
    "credits_minor" BIGINT NOT NULL DEFAULT 0,
    "debits_minor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "import_statement_pkey" PRIMARY KEY ("organisation_id","batch_id","position"),
    CONSTRAINT "import_statement_batch_fkey" FOREIGN KEY ("organisation_id","batch_id") REFERENCES "import_batch"("organisation_id","id"),
    CONSTRAINT "import_statement_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id")
);
CREATE INDEX "import_statement_organisation_id_account_id_closing_on_idx" ON "import_statement"("organisation_id", "account_id", "closing_on");

CREATE TABLE "import_problem" (
    "organisation_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "loss" TEXT NOT NULL,

    CONSTRAINT "import_problem_pkey" PRIMARY KEY ("organisation_id","batch_id","position"),
    CONSTRAINT "import_problem_batch_fkey" FOREIGN KEY ("organisation_id","batch_id") REFERENCES "import_batch"("organisation_id","id"),
    CONSTRAINT "import_problem_loss_known" CHECK ("loss" IN ('none', 'line', 'file'))
);

-- Lines that were read and wait for somebody's word. Unlogged: losing them costs no more than reading the file again.
CREATE UNLOGGED TABLE "staged_line" (
    "organisation_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "statement" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "identity" TEXT NOT NULL,
    "booked_on" DATE NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "description" TEXT NOT NULL,
    "counterparty_name" TEXT,
    "reference" TEXT,

    CONSTRAINT "staged_line_pkey" PRIMARY KEY ("batch_id","position")
);

-- A line of a file that the books had already, and which bank transaction it was taken for.
CREATE TABLE "recognised_line" (
    "organisation_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    "account_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "identity" TEXT NOT NULL,
    "how" TEXT NOT NULL,
    "booked_on" DATE NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "description" TEXT NOT NULL,
    "counterparty_name" TEXT,
    "reference" TEXT,
    "recognised_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "parted_at" TIMESTAMPTZ(6),
    "parted_by" TEXT,

    CONSTRAINT "recognised_line_pkey" PRIMARY KEY ("organisation_id","batch_id","position"),
    CONSTRAINT "recognised_line_batch_fkey" FOREIGN KEY ("organisation_id","batch_id") REFERENCES "import_batch"("organisation_id","id"),
    CONSTRAINT "recognised_line_transaction_fkey" FOREIGN KEY ("organisation_id","transaction_id") REFERENCES "bank_transaction"("organisation_id","id"),
    CONSTRAINT "recognised_line_how_known" CHECK ("how" IN ('same_identity', 'same_day', 'near_day', 'posted', 'feed_after_file'))
);
CREATE INDEX "recognised_line_organisation_id_transaction_id_idx" ON "recognised_line"("organisation_id", "transaction_id");
CREATE INDEX "recognised_line_account_id_identity_idx" ON "recognised_line"("account_id", "identity");

-- How the columns of an account's files are read, by their headers.
CREATE TABLE "remembered_layout" (
    "organisation_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "header_digest" BYTEA NOT NULL,
    "layout" JSONB NOT NULL,
    "remembered_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "remembered_layout_pkey" PRIMARY KEY ("organisation_id","account_id","header_digest"),
    CONSTRAINT "remembered_layout_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id")
);

-- Which account the number in a file stands for.
CREATE TABLE "remembered_account" (
    "organisation_id" UUID NOT NULL,
    "account_digest" BYTEA NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "account_id" UUID NOT NULL,
    "remembered_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "remembered_account_pkey" PRIMARY KEY ("organisation_id","account_digest","currency"),
    CONSTRAINT "remembered_account_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id")
);

-- The import that added a line; null for a feed's. Without a foreign key: checked for each of a million lines it would
-- cost as much as an index, a batch is never deleted, and the server writes its own batch's id only.
ALTER TABLE "bank_transaction"
  ADD COLUMN "import_batch_id" UUID,
  ADD COLUMN "import_position" INTEGER,
  ADD COLUMN "import_row" INTEGER;
CREATE INDEX "bank_transaction_of_import" ON "bank_transaction"("organisation_id", "import_batch_id", "status") WHERE "import_batch_id" IS NOT NULL;

-- The import that brought a month's statement or a balance, so that undoing it takes them back.
ALTER TABLE "statement_upload" ADD COLUMN "batch_id" UUID;
ALTER TABLE "account_balance" ADD COLUMN "batch_id" UUID;

ALTER TABLE "block" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "block" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "block" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "import_batch" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "import_batch" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "import_batch" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "import_file_part" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "import_file_part" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "import_file_part" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "import_statement" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "import_statement" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "import_statement" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "import_problem" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "import_problem" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "import_problem" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "staged_line" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "staged_line" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "staged_line" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "recognised_line" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "recognised_line" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "recognised_line" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "remembered_layout" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "remembered_layout" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "remembered_layout" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "remembered_account" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "remembered_account" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "remembered_account" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

GRANT SELECT, INSERT, UPDATE ON "block", "import_batch", "import_statement", "import_problem", "recognised_line",
  "remembered_layout", "remembered_account", "staged_line", "import_file_part" TO tieout_server;
-- What is read again replaces what was read before; a discarded file's bytes go with it; a balance goes with its import.
GRANT DELETE ON "import_statement", "import_problem", "staged_line", "import_file_part", "account_balance" TO tieout_server;
