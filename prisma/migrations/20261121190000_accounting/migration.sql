-- On to the accounting platform: connections to accounting packages, bank accounts that are fed there, what was pushed
-- and what arrived, documents that came from there and payments that are offered back.

-- ---------------------------------------------------------------- connections
CREATE TABLE "accounting_connection" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    -- The adapter: codat or files.
    "platform" TEXT NOT NULL,
    -- The accounting package behind it, in the adapter's words: quickbooks_online, xero, sage, files.
    "package" TEXT NOT NULL,
    -- Whose books these are, as the package calls them.
    "company_name" TEXT NOT NULL,
    -- What the adapter needs to find the company and the connection again; a webhook names the first.
    "company_external_id" TEXT,
    "external_id" TEXT,
    "status" TEXT NOT NULL,
    "status_reason" TEXT,
    -- The platform's own page on which a person grants access, and what the browser has to come back with.
    "link_url" TEXT,
    "link_state" TEXT,
    -- Of a file target that signs on: sealed as a bank connection's credential is.
    "credential_key_id" TEXT,
    "credential_nonce" BYTEA,
    "credential_ciphertext" BYTEA,
    "credential_tag" BYTEA,
    -- Whether invoices and expenses are pulled as open items, and until when they have been.
    "pulls_documents" BOOLEAN NOT NULL DEFAULT false,
    "documents_pulled_at" TIMESTAMPTZ(6),
    -- Whether matches of pulled documents are sent back as payments without another word.
    "sends_payments" BOOLEAN NOT NULL DEFAULT false,
    -- When the connection is looked at again.
    "next_look_at" TIMESTAMPTZ(6),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "linked_at" TIMESTAMPTZ(6),
    "disconnected_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounting_connection_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "accounting_connection_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "accounting_connection_status_known" CHECK ("status" IN ('pending', 'linked', 'reconnect_required', 'disconnected'))
);
CREATE UNIQUE INDEX "accounting_connection_platform_company_external_id_key" ON "accounting_connection"("platform", "company_external_id");
CREATE INDEX "accounting_connection_organisation_id_created_at_idx" ON "accounting_connection"("organisation_id", "created_at");
CREATE INDEX "accounting_connection_to_look_at" ON "accounting_connection"("next_look_at") WHERE "next_look_at" IS NOT NULL;

-- ---------------------------------------------------------------- feed accounts
CREATE TABLE "feed_account" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    -- The account's id at the platform: ours, so that making it twice makes it once.
    "external_id" TEXT NOT NULL,
    -- The account of the accounting package that it feeds; null while there is none.
    "target_external_id" TEXT,
    "target_name" TEXT,
    -- Made there for this feed, not found there.
    "target_is_new" BOOLEAN NOT NULL DEFAULT false,
    "currency" CHAR(3) NOT NULL,
    -- Nothing that was booked before is pushed.
    "feed_start_on" DATE NOT NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT,
    -- manual, scheduled or reconciled (as soon as lines are)
    "push_mode" TEXT NOT NULL DEFAULT 'manual',
    "push_every_hours" INTEGER,
    "next_push_at" TIMESTAMPTZ(6),
    -- The day and the time of the newest line that the platform took.
    "last_pushed_on" DATE,
    "last_pushed_at" TIMESTAMPTZ(6),
    -- Counts this account's operations.
    "operations" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disconnected_at" TIMESTAMPTZ(6),

    CONSTRAINT "feed_account_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "feed_account_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "accounting_connection"("organisation_id","id"),
    CONSTRAINT "feed_account_account_fkey" FOREIGN KEY ("organisation_id","account_id") REFERENCES "financial_account"("organisation_id","id"),
    CONSTRAINT "feed_account_status_known" CHECK ("status" IN ('pending', 'connecting', 'connected', 'disconnected')),
    CONSTRAINT "feed_account_push_mode_known" CHECK ("push_mode" IN ('manual', 'scheduled', 'reconciled')),
    CONSTRAINT "feed_account_schedule" CHECK (("push_mode" = 'scheduled') = ("push_every_hours" IS NOT NULL))
);
-- A bank account feeds a company's books once, and an account of the books is fed by one.
CREATE UNIQUE INDEX "feed_account_live" ON "feed_account"("organisation_id", "connection_id", "account_id") WHERE "status" <> 'disconnected';
CREATE UNIQUE INDEX "feed_account_target" ON "feed_account"("organisation_id", "connection_id", "target_external_id")
  WHERE "status" <> 'disconnected' AND "target_external_id" IS NOT NULL;
CREATE INDEX "feed_account_organisation_id_account_id_idx" ON "feed_account"("organisation_id", "account_id");
CREATE INDEX "feed_account_to_push" ON "feed_account"("next_push_at") WHERE "next_push_at" IS NOT NULL;

-- ---------------------------------------------------------------- what is pushed
CREATE TABLE "push_operation" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "feed_account_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    -- manual, schedule, reconciled or retry
    "trigger" TEXT NOT NULL,
    -- sending: written down before the platform is asked, so that a crash leaves a trace to check.
    "status" TEXT NOT NULL,
    "external_key" TEXT,
    "lines" INTEGER NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "first_on" DATE NOT NULL,
    "last_on" DATE NOT NULL,
    "problem" TEXT,
    "retryable" BOOLEAN NOT NULL DEFAULT false,
    "errors" INTEGER NOT NULL DEFAULT 0,
    "warnings" INTEGER NOT NULL DEFAULT 0,
    "retry_of" UUID,
    -- The job's attempt that may write; another has been overtaken.
    "attempt" UUID,
    -- How often its fate was asked for, and when it is next.
    "looks" INTEGER NOT NULL DEFAULT 0,
    "next_look_at" TIMESTAMPTZ(6),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "accepted_at" TIMESTAMPTZ(6),
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "push_operation_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "push_operation_feed_fkey" FOREIGN KEY ("organisation_id","feed_account_id") REFERENCES "feed_account"("organisation_id","id"),
    CONSTRAINT "push_operation_status_known" CHECK ("status" IN ('sending', 'pending', 'success', 'failed', 'timed_out'))
);
CREATE UNIQUE INDEX "push_operation_organisation_id_feed_account_id_number_key" ON "push_operation"("organisation_id", "feed_account_id", "number");
CREATE INDEX "push_operation_organisation_id_created_at_id_idx" ON "push_operation"("organisation_id", "created_at" DESC, "id" DESC);
CREATE INDEX "push_operation_organisation_id_external_key_idx" ON "push_operation"("organisation_id", "external_key");
-- One batch of an account is under way at a time: they are pushed in order. One whose fate is not known counts.
CREATE UNIQUE INDEX "push_operation_under_way" ON "push_operation"("organisation_id", "feed_account_id")
  WHERE "status" IN ('sending', 'pending', 'timed_out');

-- One bank transaction in one feed: at most once.
CREATE TABLE "feed_line" (
    "organisation_id" UUID NOT NULL,
    "feed_account_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    -- under_way, pushed, confirmed, missing, changed, rejected, released (its batch failed and it may go again) or left_out
    "state" TEXT NOT NULL,
    "operation_id" UUID,
    -- Its place among all that were pushed in this feed.
    "position" BIGINT,
    -- As it was sent, in the account's currency.
    "booked_on" DATE,
    "amount_minor" BIGINT,
    "balance_minor" BIGINT,
    "description" TEXT,
    "counterparty_name" TEXT,
    "reference" TEXT,
    "kind" TEXT,
    -- What a person wants sent in place of the bank's words.
    "revised" JSONB,
    "left_out_by" TEXT,
    "left_out_reason" TEXT,
    -- [{severity: error | warning, message, rule}]
    "problems" JSONB NOT NULL DEFAULT '[]',
    -- As it was read back.
    "arrived_on" DATE,
    "arrived_minor" BIGINT,
    "arrived_description" TEXT,
    "checked_at" TIMESTAMPTZ(6),

    CONSTRAINT "feed_line_pkey" PRIMARY KEY ("organisation_id","feed_account_id","transaction_id"),
    CONSTRAINT "feed_line_feed_fkey" FOREIGN KEY ("organisation_id","feed_account_id") REFERENCES "feed_account"("organisation_id","id"),
    CONSTRAINT "feed_line_transaction_fkey" FOREIGN KEY ("organisation_id","transaction_id") REFERENCES "bank_transaction"("organisation_id","id"),
    CONSTRAINT "feed_line_operation_fkey" FOREIGN KEY ("organisation_id","operation_id") REFERENCES "push_operation"("organisation_id","id"),
    CONSTRAINT "feed_line_state_known" CHECK ("state" IN ('under_way', 'pushed', 'confirmed', 'missing', 'changed', 'rejected', 'released', 'left_out')),
    CONSTRAINT "feed_line_sent_whole" CHECK ("state" IN ('released', 'rejected', 'left_out')
      OR ("operation_id" IS NOT NULL AND "position" IS NOT NULL AND "booked_on" IS NOT NULL AND "amount_minor" IS NOT NULL))
);
CREATE INDEX "feed_line_of_operation" ON "feed_line"("organisation_id", "operation_id");
CREATE INDEX "feed_line_in_order" ON "feed_line"("organisation_id", "feed_account_id", "position");
CREATE INDEX "feed_line_of_transaction" ON "feed_line"("organisation_id", "transaction_id");

-- What was read back of a feed, and whether it agrees.
CREATE TABLE "feed_check" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "feed_account_id" UUID NOT NULL,
    "checked_at" TIMESTAMPTZ(6) NOT NULL,
    "pushed" INTEGER NOT NULL,
    "pushed_minor" BIGINT NOT NULL,
    "confirmed" INTEGER NOT NULL,
    "missing" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    -- Lines there that bear an id of this feed's kind and were not pushed by it, or more than once.
    "unexpected" INTEGER NOT NULL,
    "arrived_minor" BIGINT NOT NULL,
    -- Lines of the bank that were pushed and have since changed or gone at the bank.
    "outdated" INTEGER NOT NULL DEFAULT 0,
    "agrees" BOOLEAN NOT NULL,

    CONSTRAINT "feed_check_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "feed_check_feed_fkey" FOREIGN KEY ("organisation_id","feed_account_id") REFERENCES "feed_account"("organisation_id","id")
);
CREATE INDEX "feed_check_of_feed" ON "feed_check"("organisation_id", "feed_account_id", "checked_at" DESC);

-- ---------------------------------------------------------------- documents in, payments back
CREATE TABLE "accounting_document" (
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    -- invoice or expense
    "kind" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    -- Null where it could not be taken over: see problem.
    "open_item_id" UUID,
    "number" TEXT,
    "counterparty_external_id" TEXT,
    -- Still to be paid there, when it was last read.
    "due_minor" BIGINT,
    "currency" CHAR(3),
    "state" TEXT NOT NULL,
    "modified_at" TIMESTAMPTZ(6),
    "problem" TEXT,
    "read_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounting_document_pkey" PRIMARY KEY ("organisation_id","connection_id","kind","external_id"),
    CONSTRAINT "accounting_document_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "accounting_connection"("organisation_id","id"),
    CONSTRAINT "accounting_document_item_fkey" FOREIGN KEY ("organisation_id","open_item_id") REFERENCES "open_item"("organisation_id","id"),
    CONSTRAINT "accounting_document_kind_known" CHECK ("kind" IN ('invoice', 'expense'))
);
CREATE UNIQUE INDEX "accounting_document_item" ON "accounting_document"("organisation_id", "open_item_id") WHERE "open_item_id" IS NOT NULL;

-- A match of a pulled document, offered back as a payment.
CREATE TABLE "payment_offer" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "open_item_id" UUID NOT NULL,
    "document_external_id" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "paid_on" DATE NOT NULL,
    -- offered, sending, pending, success, failed, timed_out or withdrawn
    "status" TEXT NOT NULL,
    "external_key" TEXT,
    "problem" TEXT,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "sent_by" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "payment_offer_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "payment_offer_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "accounting_connection"("organisation_id","id"),
    CONSTRAINT "payment_offer_payment_fkey" FOREIGN KEY ("organisation_id","payment_id") REFERENCES "payment"("organisation_id","id"),
    CONSTRAINT "payment_offer_item_fkey" FOREIGN KEY ("organisation_id","open_item_id") REFERENCES "open_item"("organisation_id","id"),
    CONSTRAINT "payment_offer_status_known" CHECK ("status" IN ('offered', 'sending', 'pending', 'success', 'failed', 'timed_out', 'withdrawn'))
);
CREATE UNIQUE INDEX "payment_offer_organisation_id_payment_id_key" ON "payment_offer"("organisation_id", "payment_id");
CREATE INDEX "payment_offer_organisation_id_connection_id_created_at_idx" ON "payment_offer"("organisation_id", "connection_id", "created_at" DESC);

-- ---------------------------------------------------------------- webhooks
CREATE TABLE "accounting_delivery" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "delivery_key" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "body" JSONB,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounting_delivery_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "accounting_delivery_connection_fkey" FOREIGN KEY ("organisation_id","connection_id") REFERENCES "accounting_connection"("organisation_id","id")
);
CREATE UNIQUE INDEX "accounting_delivery_platform_delivery_key_key" ON "accounting_delivery"("platform", "delivery_key");

ALTER TABLE "accounting_connection" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "accounting_connection" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "accounting_connection" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "feed_account" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "feed_account" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "feed_account" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "push_operation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "push_operation" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "push_operation" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "feed_line" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "feed_line" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "feed_line" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "feed_check" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "feed_check" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "feed_check" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "accounting_document" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "accounting_document" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "accounting_document" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "payment_offer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "payment_offer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "payment_offer" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "accounting_delivery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "accounting_delivery" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "accounting_delivery" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

-- A webhook sees the connection whose company the platform named.
CREATE POLICY "by_webhook" ON "accounting_connection" FOR SELECT USING (
  "platform" = nullif(current_setting('tieout.webhook_platform', true), '')
  AND "company_external_id" = nullif(current_setting('tieout.webhook_company_id', true), ''));

GRANT SELECT, INSERT, UPDATE ON "accounting_connection", "feed_account", "push_operation", "feed_line", "feed_check",
  "accounting_document", "payment_offer", "accounting_delivery" TO tieout_server;
