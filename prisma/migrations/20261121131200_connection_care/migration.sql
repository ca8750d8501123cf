-- What looks after connections by itself: their schedule, hosted flows that nobody finished, consents that end.

-- The sentence that explained the status when it changed.
ALTER TABLE "connection_status_change" ADD COLUMN "reason" TEXT;

-- When the end of a consent is tried again at the provider; one whose job was lost is found by it.
ALTER TABLE "consent_revocation" ADD COLUMN "next_attempt_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Looking for what is due goes over all organisations, and the server's role sees one at a time. So the looking is done
-- by functions of the owner: they answer ids and counts, and nothing of what a connection holds; whatever is then done
-- about a connection is done as its organisation. The tables force their policies on the owner too, hence these three,
-- which are the owner's alone and open only inside those functions.
CREATE POLICY "care" ON "bank_connection" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');
CREATE POLICY "care" ON "announcement" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');
CREATE POLICY "care" ON "consent_revocation" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');

-- Connections that something should be done about, those that have waited longest first. It only nominates: what is to
-- be done is decided by the server (core/connection-care), and leaves the connection without a reason to be named again.
-- cadences: {"provider": hours}
CREATE FUNCTION connections_due(moment timestamptz, cadences jsonb, count_max integer)
RETURNS TABLE (organisation_id uuid, connection_id uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('tieout.care', 'on', true);
  RETURN QUERY
  SELECT c.organisation_id, c.id
  FROM bank_connection c
  CROSS JOIN LATERAL (
    SELECT
      c.status IN ('active', 'partially_active', 'reconnect_available', 'degraded') AS syncable,
      c.status IN ('active', 'partially_active', 'reconnect_available', 'degraded', 'reconnect_required') AS established,
      coalesce(c.successfully_aggregated_at, c.last_sync_at, c.created_at) AS fresh_at,
      make_interval(hours => 3 * coalesce((cadences ->> c.provider)::int, 24)) AS stale_after,
      to_char(c.consent_expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS ends_on
  ) is_
  CROSS JOIN LATERAL (
    SELECT
      is_.established AND c.consent_expires_at > moment AND c.consent_expires_at <= moment + interval '14 days' AS ending,
      is_.established AND is_.fresh_at < moment - is_.stale_after AS stale,
      to_char(is_.fresh_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS stale_since
  ) tells
  WHERE c.status <> 'deleted' AND (
    (is_.syncable
      AND coalesce(c.next_sync_at, coalesce(c.last_sync_at, c.created_at) + interval '15 minutes')
        < moment - interval '5 minutes')
    OR (c.link_token IS NOT NULL AND c.link_expires_at <= moment)
    OR (c.status IN ('pending', 'in_progress') AND c.link_token IS NULL AND c.created_at <= moment - interval '7 days')
    OR (is_.syncable AND c.consent_expires_at <= moment)
    OR (tells.ending AND NOT EXISTS (
      SELECT FROM announcement a WHERE a.organisation_id = c.organisation_id AND a.connection_id = c.id
        AND a.kind = 'consent_ending' AND a.occasion = is_.ends_on))
    OR (tells.stale AND NOT EXISTS (
      SELECT FROM announcement a WHERE a.organisation_id = c.organisation_id AND a.connection_id = c.id
        AND a.kind = 'connection_stale' AND a.occasion = tells.stale_since))
    OR EXISTS (
      SELECT FROM announcement a WHERE a.organisation_id = c.organisation_id AND a.connection_id = c.id
        AND a.settled_at IS NULL AND (
          (a.kind = 'consent_ending' AND NOT (coalesce(tells.ending, false) AND a.occasion = is_.ends_on))
          OR (a.kind = 'connection_stale' AND NOT (tells.stale AND a.occasion = tells.stale_since))))
  )
  ORDER BY c.updated_at, c.id
  LIMIT count_max;
  PERFORM set_config('tieout.care', '', true);
END $$;

-- Consents whose end should have been tried again a while ago: the job for it is gone.
CREATE FUNCTION revocations_overdue(moment timestamptz, count_max integer)
RETURNS TABLE (organisation_id uuid, connection_id uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('tieout.care', 'on', true);
  RETURN QUERY
  SELECT r.organisation_id, r.connection_id FROM consent_revocation r
  WHERE r.next_attempt_at < moment - interval '10 minutes'
  ORDER BY r.next_attempt_at, r.connection_id
  LIMIT count_max;
  PERFORM set_config('tieout.care', '', true);
END $$;

-- For the metrics: how many connections of each provider stand where.
CREATE FUNCTION count_connections()
RETURNS TABLE (provider text, status text, count bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('tieout.care', 'on', true);
  RETURN QUERY
  SELECT c.provider, c.status::text, count(*) FROM bank_connection c GROUP BY 1, 2;
  PERFORM set_config('tieout.care', '', true);
END $$;

REVOKE ALL ON FUNCTION connections_due(timestamptz, jsonb, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION revocations_overdue(timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION count_connections() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections_due(timestamptz, jsonb, integer) TO tieout_server;
GRANT EXECUTE ON FUNCTION revocations_overdue(timestamptz, integer) TO tieout_server;
GRANT EXECUTE ON FUNCTION count_connections() TO tieout_server;
