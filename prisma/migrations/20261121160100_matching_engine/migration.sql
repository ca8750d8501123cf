-- The matching engine's own facts: demands of blocks with their units and leaseholders, payments across currencies and
-- typed residuals, runs, rules and their hits, transfers, what was learned, profiles by version, rates, replays, undos.

-- ---------------------------------------------------------------- units, leaseholders, demands
CREATE TABLE "unit" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "unit_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "unit_block_fkey" FOREIGN KEY ("organisation_id","block_id") REFERENCES "block"("organisation_id","id")
);
CREATE UNIQUE INDEX "unit_organisation_id_block_id_number_key" ON "unit"("organisation_id", "block_id", "number");

CREATE TABLE "leaseholder" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "unit_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "surname" TEXT NOT NULL,
    "email" TEXT,
    "since" DATE,
    "until" DATE,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "leaseholder_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "leaseholder_block_fkey" FOREIGN KEY ("organisation_id","block_id") REFERENCES "block"("organisation_id","id"),
    CONSTRAINT "leaseholder_unit_fkey" FOREIGN KEY ("organisation_id","unit_id") REFERENCES "unit"("organisation_id","id")
);
CREATE UNIQUE INDEX "leaseholder_organisation_id_unit_id_name_key" ON "leaseholder"("organisation_id", "unit_id", "name");
CREATE INDEX "leaseholder_organisation_id_block_id_idx" ON "leaseholder"("organisation_id", "block_id");

ALTER TABLE "open_item"
  ADD COLUMN "block_id" UUID,
  ADD COLUMN "unit_id" UUID,
  ADD COLUMN "leaseholder_id" UUID,
  -- The bank transaction that it was made from, as an expense or income of its own: it goes with its match.
  ADD COLUMN "standalone_of" UUID,
  ADD CONSTRAINT "open_item_block_fkey" FOREIGN KEY ("organisation_id","block_id") REFERENCES "block"("organisation_id","id"),
  ADD CONSTRAINT "open_item_unit_fkey" FOREIGN KEY ("organisation_id","unit_id") REFERENCES "unit"("organisation_id","id"),
  ADD CONSTRAINT "open_item_leaseholder_fkey" FOREIGN KEY ("organisation_id","leaseholder_id") REFERENCES "leaseholder"("organisation_id","id"),
  ADD CONSTRAINT "open_item_standalone_fkey" FOREIGN KEY ("organisation_id","standalone_of") REFERENCES "bank_transaction"("organisation_id","id"),
  ADD CONSTRAINT "open_item_demand_has_unit" CHECK (
    CASE WHEN "kind" = 'demand' THEN "block_id" IS NOT NULL AND "unit_id" IS NOT NULL AND "leaseholder_id" IS NOT NULL
    ELSE "unit_id" IS NULL AND "leaseholder_id" IS NULL END);
CREATE INDEX "open_item_to_settle_of_block" ON "open_item"("organisation_id", "block_id", "issued_on" DESC, "id" DESC)
  WHERE "status" IN ('open', 'part_paid') AND "block_id" IS NOT NULL;
CREATE INDEX "open_item_organisation_id_unit_id_idx" ON "open_item"("organisation_id", "unit_id");
CREATE INDEX "open_item_organisation_id_block_id_idx" ON "open_item"("organisation_id", "block_id");

-- ---------------------------------------------------------------- rates
-- One unit of the base is worth so many units of the quote, on that day.
CREATE TABLE "exchange_rate" (
    "organisation_id" UUID NOT NULL,
    "base" CHAR(3) NOT NULL,
    "quote" CHAR(3) NOT NULL,
    "day" DATE NOT NULL,
    "rate" DECIMAL(24,12) NOT NULL,
    "loaded_by" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "exchange_rate_pkey" PRIMARY KEY ("organisation_id","base","quote","day"),
    CONSTRAINT "exchange_rate_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "exchange_rate_positive" CHECK ("rate" > 0),
    CONSTRAINT "exchange_rate_of_two" CHECK ("base" <> "quote")
);

-- ---------------------------------------------------------------- profiles
CREATE TABLE "matching_profile" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "matching_profile_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "matching_profile_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "matching_profile_family_known" CHECK ("family" IN ('invoice', 'demand'))
);
CREATE UNIQUE INDEX "matching_profile_organisation_id_name_key" ON "matching_profile"("organisation_id", "name");

CREATE TABLE "matching_profile_version" (
    "organisation_id" UUID NOT NULL,
    "profile_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "note" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "matching_profile_version_pkey" PRIMARY KEY ("organisation_id","profile_id","version"),
    CONSTRAINT "matching_profile_version_profile_fkey" FOREIGN KEY ("organisation_id","profile_id") REFERENCES "matching_profile"("organisation_id","id")
);

-- Which profile decides, for each family. Without a row, and without a profile in it: the one that is built in.
CREATE TABLE "matching_choice" (
    "organisation_id" UUID NOT NULL,
    "family" TEXT NOT NULL,
    "profile_id" UUID,
    "version" INTEGER,
    -- Without it nothing is matched automatically; suggestions stay.
    "automatic" BOOLEAN NOT NULL DEFAULT true,
    "chosen_by" TEXT NOT NULL,
    "chosen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "matching_choice_pkey" PRIMARY KEY ("organisation_id","family"),
    CONSTRAINT "matching_choice_version_fkey" FOREIGN KEY ("organisation_id","profile_id","version") REFERENCES "matching_profile_version"("organisation_id","profile_id","version"),
    CONSTRAINT "matching_choice_family_known" CHECK ("family" IN ('invoice', 'demand')),
    CONSTRAINT "matching_choice_whole" CHECK (("profile_id" IS NULL) = ("version" IS NULL))
);

-- ---------------------------------------------------------------- runs, rules, transfers
CREATE TABLE "matching_run" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    -- sync, import, items, manual or rule
    "trigger" TEXT NOT NULL,
    -- running, complete, failed or undone
    "status" TEXT NOT NULL,
    -- loading, rules, transfers, deciding or writing
    "step" TEXT,
    -- Of the step: 0 to 1000.
    "progress" INTEGER NOT NULL DEFAULT 0,
    -- The job's attempt that may write; another has been overtaken.
    "attempt" UUID,
    "transactions" INTEGER NOT NULL DEFAULT 0,
    "items" INTEGER NOT NULL DEFAULT 0,
    "matched" INTEGER NOT NULL DEFAULT 0,
    "overtaken" INTEGER NOT NULL DEFAULT 0,
    "ruled" INTEGER NOT NULL DEFAULT 0,
    "transfers" INTEGER NOT NULL DEFAULT 0,
    -- Groups of payments and items that were too large to decide within the bounds.
    "bounded" INTEGER NOT NULL DEFAULT 0,
    -- By family: name and version.
    "profiles" JSONB NOT NULL DEFAULT '{}',
    "failure" TEXT,
    "requested_by" TEXT,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),
    "undone_at" TIMESTAMPTZ(6),
    "undone_by" TEXT,

    CONSTRAINT "matching_run_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "matching_run_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "matching_run_status_known" CHECK ("status" IN ('running', 'complete', 'failed', 'undone'))
);
CREATE INDEX "matching_run_organisation_id_started_at_id_idx" ON "matching_run"("organisation_id", "started_at" DESC, "id" DESC);

CREATE TABLE "matching_rule" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "conditions" JSONB NOT NULL,
    "action" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(6),

    CONSTRAINT "matching_rule_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "matching_rule_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id")
);

-- What a rule did to a bank transaction, with what was there before, so that it can be taken back.
CREATE TABLE "rule_hit" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "run_id" UUID,
    "transaction_id" UUID NOT NULL,
    -- categorise, exclude, match_client or transfer
    "action" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "hit_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(6),
    "undone_by" TEXT,

    CONSTRAINT "rule_hit_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "rule_hit_rule_fkey" FOREIGN KEY ("organisation_id","rule_id") REFERENCES "matching_rule"("organisation_id","id"),
    CONSTRAINT "rule_hit_run_fkey" FOREIGN KEY ("organisation_id","run_id") REFERENCES "matching_run"("organisation_id","id"),
    CONSTRAINT "rule_hit_transaction_fkey" FOREIGN KEY ("organisation_id","transaction_id") REFERENCES "bank_transaction"("organisation_id","id")
);
CREATE INDEX "rule_hit_organisation_id_rule_id_hit_at_idx" ON "rule_hit"("organisation_id", "rule_id", "hit_at" DESC);
CREATE INDEX "rule_hit_organisation_id_run_id_idx" ON "rule_hit"("organisation_id", "run_id");
CREATE INDEX "rule_hit_organisation_id_transaction_id_idx" ON "rule_hit"("organisation_id", "transaction_id");

-- Money that went from one own account to another: both lines are excluded as a pair. One side alone where a rule or a
-- person says so of an account that is not here.
CREATE TABLE "transfer" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "out_transaction_id" UUID,
    "in_transaction_id" UUID,
    -- automatic, rule or manual
    "origin" TEXT NOT NULL,
    "run_id" UUID,
    "rule_id" UUID,
    "evidence" JSONB NOT NULL DEFAULT '[]',
    "decided_by" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "voided_at" TIMESTAMPTZ(6),
    "voided_by" TEXT,
    "void_reason" TEXT,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "transfer_out_fkey" FOREIGN KEY ("organisation_id","out_transaction_id") REFERENCES "bank_transaction"("organisation_id","id"),
    CONSTRAINT "transfer_in_fkey" FOREIGN KEY ("organisation_id","in_transaction_id") REFERENCES "bank_transaction"("organisation_id","id"),
    CONSTRAINT "transfer_run_fkey" FOREIGN KEY ("organisation_id","run_id") REFERENCES "matching_run"("organisation_id","id"),
    CONSTRAINT "transfer_rule_fkey" FOREIGN KEY ("organisation_id","rule_id") REFERENCES "matching_rule"("organisation_id","id"),
    CONSTRAINT "transfer_has_a_side" CHECK ("out_transaction_id" IS NOT NULL OR "in_transaction_id" IS NOT NULL)
);
CREATE UNIQUE INDEX "transfer_live_out" ON "transfer"("organisation_id", "out_transaction_id") WHERE "voided_at" IS NULL;
CREATE UNIQUE INDEX "transfer_live_in" ON "transfer"("organisation_id", "in_transaction_id") WHERE "voided_at" IS NULL;
CREATE INDEX "transfer_organisation_id_decided_at_id_idx" ON "transfer"("organisation_id", "decided_at" DESC, "id" DESC);
CREATE INDEX "transfer_organisation_id_run_id_idx" ON "transfer"("organisation_id", "run_id");

CREATE TABLE "declined_transfer" (
    "organisation_id" UUID NOT NULL,
    "out_transaction_id" UUID NOT NULL,
    "in_transaction_id" UUID NOT NULL,
    "declined_by" TEXT NOT NULL,
    "declined_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "declined_transfer_pkey" PRIMARY KEY ("organisation_id","out_transaction_id","in_transaction_id"),
    CONSTRAINT "declined_transfer_out_fkey" FOREIGN KEY ("organisation_id","out_transaction_id") REFERENCES "bank_transaction"("organisation_id","id"),
    CONSTRAINT "declined_transfer_in_fkey" FOREIGN KEY ("organisation_id","in_transaction_id") REFERENCES "bank_transaction"("organisation_id","id")
);

-- ---------------------------------------------------------------- what was learned
-- This payer's text is that client. Keys as core writes them (aliasKey).
CREATE TABLE "alias" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "payer_key" TEXT NOT NULL,
    "payer_text" TEXT NOT NULL,
    "client_key" TEXT NOT NULL,
    "client_name" TEXT NOT NULL,
    "confirmations" INTEGER NOT NULL DEFAULT 1,
    "learned_by" TEXT NOT NULL,
    "learned_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_confirmed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(6),
    "revoked_by" TEXT,

    CONSTRAINT "alias_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "alias_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id")
);
CREATE UNIQUE INDEX "alias_organisation_id_payer_key_client_key_key" ON "alias"("organisation_id", "payer_key", "client_key");

-- ---------------------------------------------------------------- replays and undos
-- A profile, threshold or rule tried over the organisation's own decisions.
CREATE TABLE "match_replay" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "subject" JSONB NOT NULL,
    -- running, complete or failed
    "status" TEXT NOT NULL,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "result" JSONB,
    "failure" TEXT,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "match_replay_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "match_replay_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "match_replay_status_known" CHECK ("status" IN ('running', 'complete', 'failed'))
);
CREATE INDEX "match_replay_organisation_id_requested_at_idx" ON "match_replay"("organisation_id", "requested_at" DESC);

-- Everything that one rule, import or run had decided, taken back as one unit.
CREATE TABLE "match_undo" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    -- rule, import or run
    "scope" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "matches" INTEGER NOT NULL,
    "transfers" INTEGER NOT NULL,
    "hits" INTEGER NOT NULL,
    "reason" TEXT,
    "undone_by" TEXT NOT NULL,
    "undone_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "match_undo_pkey" PRIMARY KEY ("organisation_id","id"),
    CONSTRAINT "match_undo_organisation_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id"),
    CONSTRAINT "match_undo_scope_known" CHECK ("scope" IN ('rule', 'import', 'run'))
);
CREATE INDEX "match_undo_organisation_id_undone_at_idx" ON "match_undo"("organisation_id", "undone_at" DESC);

ALTER TABLE "match"
  ADD COLUMN "run_id" UUID,
  ADD COLUMN "rule_id" UUID,
  ADD COLUMN "profile_version" INTEGER,
  -- The payer as aliasKey writes it, for the account of how often a payer's matches were right.
  ADD COLUMN "payer_key" TEXT,
  ADD CONSTRAINT "match_run_fkey" FOREIGN KEY ("organisation_id","run_id") REFERENCES "matching_run"("organisation_id","id"),
  ADD CONSTRAINT "match_rule_fkey" FOREIGN KEY ("organisation_id","rule_id") REFERENCES "matching_rule"("organisation_id","id");
CREATE INDEX "match_of_run" ON "match"("organisation_id", "run_id") WHERE "run_id" IS NOT NULL;
CREATE INDEX "match_of_rule" ON "match"("organisation_id", "rule_id") WHERE "rule_id" IS NOT NULL;
-- Pairs that a match of several had taken together are declined together, and come back together.
ALTER TABLE "declined_pair" ADD COLUMN "undo_id" UUID;

-- ---------------------------------------------------------------- payments
-- A payment takes `transaction_minor` from the bank transaction, in that one's currency, and puts `amount_minor` on the
-- open item, in this one's currency. A residual is a line of its own kind on one side alone: a fee that the bank kept or
-- a discount settles the item without money; a few cents too much leave the transaction without settling anything.
ALTER TABLE "payment"
  ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'payment',
  ADD COLUMN "transaction_minor" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "transaction_currency" CHAR(3),
  -- What one unit of the transaction's currency was taken for in the item's; null where they are one.
  ADD COLUMN "rate" DECIMAL(24,12);
DROP TRIGGER "payment_changed" ON "payment";
-- The owner of the tables is held by their policies too, and sees no tenant's rows here.
ALTER TABLE "payment" NO FORCE ROW LEVEL SECURITY;
UPDATE "payment" SET "transaction_minor" = "amount_minor", "transaction_currency" = "currency";
ALTER TABLE "payment" FORCE ROW LEVEL SECURITY;
ALTER TABLE "payment"
  ALTER COLUMN "transaction_minor" DROP DEFAULT,
  ALTER COLUMN "transaction_currency" SET NOT NULL,
  DROP CONSTRAINT "payment_amount_positive",
  ADD CONSTRAINT "payment_kind_known" CHECK ("kind" IN ('payment', 'bank_fee', 'exchange_difference', 'discount', 'rounding', 'short_payment')),
  ADD CONSTRAINT "payment_amounts" CHECK (CASE WHEN "kind" = 'payment' THEN "amount_minor" > 0 AND "transaction_minor" > 0
    ELSE "amount_minor" >= 0 AND "transaction_minor" >= 0 AND ("amount_minor" = 0) <> ("transaction_minor" = 0) END),
  ADD CONSTRAINT "payment_one_currency_one_amount" CHECK ("kind" <> 'payment' OR "currency" <> "transaction_currency" OR "amount_minor" = "transaction_minor"),
  ADD CONSTRAINT "payment_rate_across_currencies" CHECK ("kind" <> 'payment' OR ("rate" IS NULL) = ("currency" = "transaction_currency"));

CREATE OR REPLACE FUNCTION allocate_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part record;
  line record;
BEGIN
  FOR part IN
    SELECT organisation_id, transaction_id, min(transaction_currency) AS currency, max(transaction_currency) AS other_currency,
      coalesce(sum(transaction_minor) FILTER (WHERE voided_at IS NULL), 0)::bigint AS change
    FROM made GROUP BY organisation_id, transaction_id ORDER BY transaction_id
  LOOP
    UPDATE bank_transaction SET allocated_minor = allocated_minor + part.change, updated_at = now()
      WHERE organisation_id = part.organisation_id AND id = part.transaction_id
      RETURNING currency INTO line;
    IF line.currency <> part.currency OR line.currency <> part.other_currency THEN
      RAISE EXCEPTION 'a payment names the currency of its transaction';
    END IF;
  END LOOP;
  FOR part IN
    SELECT p.organisation_id, p.open_item_id, min(p.currency) AS currency, max(p.currency) AS other_currency,
      coalesce(sum(p.amount_minor) FILTER (WHERE p.voided_at IS NULL), 0)::bigint AS change,
      bool_or((SELECT t.amount_minor > 0 FROM bank_transaction t
        WHERE t.organisation_id = p.organisation_id AND t.id = p.transaction_id)) AS some_in,
      bool_and((SELECT t.amount_minor > 0 FROM bank_transaction t
        WHERE t.organisation_id = p.organisation_id AND t.id = p.transaction_id)) AS all_in
    FROM made p GROUP BY p.organisation_id, p.open_item_id ORDER BY p.open_item_id
  LOOP
    UPDATE open_item SET allocated_minor = allocated_minor + part.change, updated_at = now()
      WHERE organisation_id = part.organisation_id AND id = part.open_item_id
      RETURNING currency, kind INTO line;
    IF line.currency <> part.currency OR line.currency <> part.other_currency THEN
      RAISE EXCEPTION 'a payment names the currency of its open item';
    END IF;
    IF (line.kind <> 'expense') <> part.all_in OR part.some_in <> part.all_in THEN
      RAISE EXCEPTION 'money in settles an invoice or a demand, money out an expense';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION keep_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  live integer;
BEGIN
  IF (NEW.organisation_id, NEW.id, NEW.transaction_id, NEW.open_item_id, NEW.amount_minor, NEW.currency, NEW.match_id,
      NEW.kind, NEW.transaction_minor, NEW.transaction_currency, NEW.rate)
      IS DISTINCT FROM
      (OLD.organisation_id, OLD.id, OLD.transaction_id, OLD.open_item_id, OLD.amount_minor, OLD.currency, OLD.match_id,
      OLD.kind, OLD.transaction_minor, OLD.transaction_currency, OLD.rate) THEN
    RAISE EXCEPTION 'a payment is voided and made again, never changed';
  END IF;
  live := (NEW.voided_at IS NULL)::integer - (OLD.voided_at IS NULL)::integer;
  IF live <> 0 THEN
    UPDATE bank_transaction SET allocated_minor = allocated_minor + live * NEW.transaction_minor, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.transaction_id;
    UPDATE open_item SET allocated_minor = allocated_minor + live * NEW.amount_minor, updated_at = now()
      WHERE organisation_id = NEW.organisation_id AND id = NEW.open_item_id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "payment_changed" AFTER UPDATE ON "payment" FOR EACH ROW EXECUTE FUNCTION keep_allocated();

-- ---------------------------------------------------------------- tenants apart
ALTER TABLE "unit" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "unit" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "unit" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "leaseholder" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "leaseholder" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "leaseholder" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "exchange_rate" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "exchange_rate" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "exchange_rate" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "matching_profile" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "matching_profile" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "matching_profile" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "matching_profile_version" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "matching_profile_version" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "matching_profile_version" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "matching_choice" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "matching_choice" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "matching_choice" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "matching_run" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "matching_run" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "matching_run" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "matching_rule" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "matching_rule" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "matching_rule" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "rule_hit" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "rule_hit" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "rule_hit" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "transfer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "transfer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "transfer" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "declined_transfer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "declined_transfer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "declined_transfer" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "alias" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "alias" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "alias" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "match_replay" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "match_replay" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "match_replay" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "match_undo" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "match_undo" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "match_undo" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

GRANT SELECT, INSERT, UPDATE ON "unit", "leaseholder", "exchange_rate", "matching_profile", "matching_profile_version", "matching_choice", "matching_run", "matching_rule", "rule_hit", "transfer", "declined_transfer", "alias", "match_replay", "match_undo" TO tieout_server;
-- Memory that is taken back.
GRANT DELETE ON "declined_transfer", "exchange_rate" TO tieout_server;
