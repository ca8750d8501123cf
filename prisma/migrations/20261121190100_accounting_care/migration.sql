-- What looks after accounting connections by itself, and what a push or a payment needs to be sent again safely.

-- How often the batch went out. Since when something of it may be on its way: what is not found there may still come,
-- until a while after. Null: nothing is on its way.
ALTER TABLE "push_operation" ADD COLUMN "sends" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "push_operation" ADD COLUMN "unsettled_since" TIMESTAMPTZ(6);
-- As it was sent: sent again, it must be the same to the letter.
ALTER TABLE "feed_line" ADD COLUMN "reconciled" BOOLEAN NOT NULL DEFAULT false;
-- The amount and the days that were taken over last, to tell a person's changes from the platform's:
-- {amountMinor, currency, issuedOn, dueOn, number, counterpartyName, description}
ALTER TABLE "accounting_document" ADD COLUMN "taken" JSONB;
-- The id that the payment bears at the platform: another one for each time that it was refused and is sent anew.
ALTER TABLE "payment_offer" ADD COLUMN "send_key" UUID;
ALTER TABLE "payment_offer" ADD COLUMN "unsettled_since" TIMESTAMPTZ(6);
ALTER TABLE "payment_offer" ADD COLUMN "next_look_at" TIMESTAMPTZ(6);

CREATE INDEX "push_operation_to_look_at" ON "push_operation"("next_look_at") WHERE "status" IN ('sending', 'pending', 'timed_out');
CREATE INDEX "payment_offer_to_look_at" ON "payment_offer"("next_look_at") WHERE "status" IN ('sending', 'pending');
CREATE INDEX "payment_offer_external_key" ON "payment_offer"("organisation_id", "external_key");
-- A line's state changes twice or thrice: with room in its page, and no index that names the state, no index is touched.
ALTER TABLE "feed_line" SET (fillfactor = 60);

-- As for bank connections (connections_due): looking over all organisations is the owner's, by a function that answers
-- ids alone.
CREATE POLICY "care" ON "accounting_connection" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');
CREATE POLICY "care" ON "feed_account" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');
CREATE POLICY "care" ON "push_operation" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');
CREATE POLICY "care" ON "payment_offer" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');

-- Connections to look at again, feeds whose push is due, operations and payments whose own job was lost.
CREATE FUNCTION accounting_due(moment timestamptz, count_max integer)
RETURNS TABLE (organisation_id uuid, kind text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('tieout.care', 'on', true);
  RETURN QUERY
  (SELECT c.organisation_id, 'connection', c.id FROM accounting_connection c
   WHERE c.next_look_at <= moment ORDER BY c.next_look_at LIMIT count_max)
  UNION ALL
  (SELECT f.organisation_id, 'feed', f.id FROM feed_account f
   WHERE f.next_push_at <= moment ORDER BY f.next_push_at LIMIT count_max)
  UNION ALL
  (SELECT o.organisation_id, 'operation', o.id FROM push_operation o
   WHERE o.status IN ('sending', 'pending', 'timed_out') AND o.next_look_at < moment - interval '2 minutes'
   ORDER BY o.next_look_at LIMIT count_max)
  UNION ALL
  (SELECT DISTINCT p.organisation_id, 'payments', p.connection_id FROM payment_offer p
   WHERE p.status IN ('sending', 'pending') AND p.next_look_at < moment - interval '2 minutes' LIMIT count_max);
  PERFORM set_config('tieout.care', '', true);
END $$;

REVOKE ALL ON FUNCTION accounting_due(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounting_due(timestamptz, integer) TO tieout_server;
