-- Looking for statements that fall due goes over all organisations, and the server's role sees one at a time: a function
-- of the owner answers which organisations have any to look at, and nothing else. As for connections (connection_care),
-- the policy is the owner's alone and open only inside such functions.
CREATE POLICY "care" ON "financial_account" FOR SELECT TO CURRENT_USER
  USING (current_setting('tieout.care', true) = 'on');

CREATE FUNCTION organisations_with_statements(after_id uuid, count_max integer)
RETURNS TABLE (organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('tieout.care', 'on', true);
  RETURN QUERY
  SELECT found.organisation_id FROM (
    SELECT a.organisation_id FROM financial_account a
    WHERE a.path = 'manual_upload' AND a.in_scope AND (after_id IS NULL OR a.organisation_id > after_id)
    UNION
    -- Announcements whose account has left the path since.
    SELECT n.organisation_id FROM announcement n
    WHERE n.settled_at IS NULL AND n.account_id IS NOT NULL AND (after_id IS NULL OR n.organisation_id > after_id)
  ) AS found
  ORDER BY found.organisation_id
  LIMIT count_max;
  PERFORM set_config('tieout.care', '', true);
END $$;

REVOKE ALL ON FUNCTION organisations_with_statements(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organisations_with_statements(uuid, integer) TO tieout_server;

-- Few accounts are fed by hand: the look over all of them reads these alone.
CREATE INDEX "financial_account_by_hand" ON "financial_account" ("organisation_id") WHERE "path" = 'manual_upload';
