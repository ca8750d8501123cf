-- Tenants are kept apart here, not in the server. The server signs in as `tieout_server`, which owns nothing and
-- bypasses nothing; each of its database transactions names one tenant with
--   set_config('tieout.organisation_id', <uuid>, true)
-- and sees and writes that tenant's rows only. Without it, it sees none.

CREATE FUNCTION current_organisation_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('tieout.organisation_id', true), '')::uuid;
CREATE FUNCTION current_person_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('tieout.person_id', true), '')::uuid;

ALTER TABLE "membership" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "membership" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "membership" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "api_key" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "api_key" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "api_key" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "bank_connection" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "bank_connection" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "bank_connection" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "connection_status_change" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "connection_status_change" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "connection_status_change" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "financial_account" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "financial_account" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "financial_account" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "sync_run" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sync_run" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "sync_run" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "webhook_delivery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "webhook_delivery" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "webhook_delivery" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "bank_transaction" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "bank_transaction" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "bank_transaction" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "category" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "category" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "category" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "open_item" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "open_item" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "open_item" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "match" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "match" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "match" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "payment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "payment" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "payment" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "declined_pair" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "declined_pair" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "declined_pair" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "audit_entry" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_entry" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "audit_entry" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "event" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "event" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "event" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "event_head" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "event_head" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "event_head" USING ("organisation_id" = current_organisation_id()) WITH CHECK ("organisation_id" = current_organisation_id());

ALTER TABLE "organisation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "organisation" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "organisation" USING ("id" = current_organisation_id()) WITH CHECK ("id" = current_organisation_id());

-- Before the tenant is known, a row shows itself only to whoever already holds what names it: a person their own
-- memberships, a caller the API key whose hash it presents, a webhook the connection whose id the provider gave.
CREATE POLICY "own" ON "membership" FOR SELECT USING ("person_id" = current_person_id());
CREATE POLICY "own" ON "organisation" FOR SELECT USING (
  EXISTS (SELECT FROM "membership" m WHERE m."organisation_id" = "organisation"."id" AND m."person_id" = current_person_id())
);
CREATE POLICY "by_secret" ON "api_key" FOR SELECT USING (
  "secret_hash" = decode(nullif(current_setting('tieout.api_key_hash', true), ''), 'hex')
);
CREATE POLICY "by_webhook" ON "bank_connection" FOR SELECT USING (
  "provider" = nullif(current_setting('tieout.webhook_provider', true), '')
  AND "external_id" = nullif(current_setting('tieout.webhook_external_id', true), '')
);

-- Rights. What must stay explainable cannot be deleted, and the log of what happened cannot be rewritten.
GRANT USAGE ON SCHEMA public TO tieout_server;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO tieout_server;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tieout_server;
GRANT DELETE ON "session", "sign_in_attempt", "membership", "declined_pair", "event" TO tieout_server;
REVOKE UPDATE ON "audit_entry", "event", "connection_status_change" FROM tieout_server;
-- Prisma's own history is the owner's business.
DO $$ BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON "_prisma_migrations" FROM tieout_server;
  END IF;
END $$;
