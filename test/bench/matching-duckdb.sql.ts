/**
 * The candidates and the scoring of one line with one item, as DuckDB would do them: the same keys (amount, number, its
 * digits, one slip, amount range with the beginning of a name), the same points, the same threshold and margin. Absent is
 * what SQL has no words for: several items or lines in one match, residuals, currencies, evidence, and the best total of a
 * group, in place of which a pair must be the best of both its sides.
 */
export const duckdbTables = [
  `CREATE TABLE t (id VARCHAR, kind VARCHAR, block VARCHAR, currency VARCHAR, amount BIGINT, day DATE, reference VARCHAR,
     description VARCHAR, payer VARCHAR)`,
  `CREATE TABLE i (id VARCHAR, kind VARCHAR, block VARCHAR, currency VARCHAR, amount BIGINT, issued DATE, due DATE,
     number VARCHAR, client VARCHAR, unit VARCHAR, surname VARCHAR)`,
];

/** A key that more items share says nothing. */
const itemsOfKeyMax = 64;

const folded = (text: string) => `lower(strip_accents(${text}))`;
const words = (text: string) => `regexp_extract_all(${folded(text)}, '[\\p{L}\\p{N}]+')`;
const legalForms =
  "['ltd','limited','plc','inc','llc','gmbh','ag','kg','bv','b','v','sa','sas','sarl','s','a','r','l','oy','aps','p']";
const nameWords = (text: string) =>
  `list_filter(${words(text)}, lambda w: NOT list_contains(${legalForms}, w))`;

export const duckdbSteps = [
  `CREATE TEMP TABLE tt AS SELECT *, array_to_string(list_sort(${nameWords("coalesce(payer, '')")}), ' ') AS payer_key,
     ${words("concat_ws(' ', payer, reference, description)")} AS line_words,
     regexp_extract_all(${folded("concat_ws(' | ', reference, description, payer)")}, '\\p{L}+|[0-9]+')[1:80] AS segments
   FROM t`,
  `CREATE TEMP TABLE ii AS SELECT *, ${nameWords("client")} AS client_words,
     array_to_string(list_sort(${nameWords("client")}), ' ') AS client_key,
     regexp_replace(${folded("number")}, '[^\\p{L}\\p{N}]', '', 'g') AS compact,
     regexp_replace(number, '[^0-9]', '', 'g') AS all_digits,
     coalesce(regexp_extract_all(number, '[0-9]+')[-1], '') AS last_digits
   FROM i`,
  `CREATE TEMP TABLE span AS
   SELECT DISTINCT id, kind, currency, array_to_string(segments[s:e], '') AS compact
   FROM tt, LATERAL (SELECT unnest(range(1, len(segments) + 1)) AS s) a,
     LATERAL (SELECT unnest(range(s, least(s + 6, len(segments) + 1))) AS e) b
   WHERE regexp_matches(array_to_string(segments[s:e], ''), '[0-9]') AND length(array_to_string(segments[s:e], '')) <= 32`,
  `CREATE TEMP TABLE digit_key AS
   SELECT DISTINCT id, kind, currency, unnest([all_digits, last_digits]) AS digits FROM ii WHERE kind <> 'demand'`,
  `DELETE FROM digit_key WHERE length(digits) < 4 OR regexp_matches(digits, '^(19|20)[0-9]{2}$')`,
  // By name's beginning and amount's range.
  `CREATE TEMP TABLE item_range AS
   SELECT id, kind, currency, amount, floor(ln(amount) / ln(1.06))::INT AS span, w[1:4] AS beginning
   FROM (SELECT DISTINCT id, kind, currency, amount, unnest(client_words) AS w FROM ii WHERE kind <> 'demand')
   QUALIFY count(*) OVER (PARTITION BY kind, currency, span, beginning) <= ${itemsOfKeyMax}`,
  `CREATE TEMP TABLE candidate AS
   SELECT tid, iid, max(exact_number) AS exact_number, max(digits) AS digits, max(slip) AS slip FROM (
     SELECT t.id AS tid, i.id AS iid, 0 AS exact_number, 0 AS digits, 0 AS slip FROM tt t JOIN (
       SELECT * FROM ii WHERE kind <> 'demand'
       QUALIFY count(*) OVER (PARTITION BY kind, currency, amount) <= ${itemsOfKeyMax}
     ) i ON i.kind = t.kind AND i.currency = t.currency AND i.amount = t.amount
     UNION ALL
     SELECT s.id, i.id, 1, 0, 0 FROM span s JOIN ii i
       ON i.kind = s.kind AND i.currency = s.currency AND i.compact = s.compact WHERE i.kind <> 'demand'
     UNION ALL
     SELECT s.id, d.id, 0, 1, 0 FROM span s JOIN (
       SELECT * FROM digit_key QUALIFY count(*) OVER (PARTITION BY kind, currency, digits) <= ${itemsOfKeyMax}
     ) d ON d.kind = s.kind AND d.currency = s.currency AND d.digits = s.compact
     UNION ALL
     SELECT s.id, i.id, 0, 0, 1 FROM (
       SELECT DISTINCT id, kind, currency, key FROM (SELECT id, kind, currency, compact, unnest(list_prepend(compact,
         list_transform(range(2, length(compact) + 1), lambda p: compact[1:p-1] || compact[p+1:]))) AS key
         FROM span WHERE length(compact) BETWEEN 5 AND 20)
     ) s JOIN (
       SELECT DISTINCT id, kind, currency, key FROM (SELECT id, kind, currency, compact, unnest(list_prepend(compact,
         list_transform(range(2, length(compact) + 1), lambda p: compact[1:p-1] || compact[p+1:]))) AS key
         FROM ii WHERE kind <> 'demand' AND length(compact) BETWEEN 5 AND 20)
       QUALIFY count(*) OVER (PARTITION BY kind, currency, key) <= ${itemsOfKeyMax}
     ) i ON i.kind = s.kind AND i.currency = s.currency AND i.key = s.key
     UNION ALL
     SELECT t.id, r.id, 0, 0, 0 FROM (
       SELECT DISTINCT id, kind, currency, amount, w[1:4] AS beginning,
         unnest([floor(ln(amount) / ln(1.06))::INT - 1, floor(ln(amount) / ln(1.06))::INT, floor(ln(amount) / ln(1.06))::INT + 1]) AS span
       FROM (SELECT id, kind, currency, amount, unnest(line_words) AS w FROM tt)
       WHERE NOT regexp_matches(w, '^[0-9]+$')
     ) t JOIN item_range r ON r.kind = t.kind AND r.currency = t.currency AND r.span = t.span AND r.beginning = t.beginning
       AND abs(t.amount - r.amount) * 100 <= r.amount * 3
   ) GROUP BY tid, iid`,
  `CREATE TEMP TABLE scored AS
   SELECT tid, iid,
     CASE WHEN paid = open THEN 40 WHEN abs(paid - open) * 100 <= open * 3 THEN 15 WHEN paid < open THEN 10 ELSE 0 END
     + CASE WHEN exact_number = 1 THEN 60 WHEN digits = 1 THEN 30 WHEN slip = 1 THEN 18 ELSE 0 END
     + CASE WHEN payer_key = client_key THEN 25
         WHEN found >= 0.5 THEN round(22 * found) WHEN payer_key <> '' THEN -15 ELSE 0 END
     + CASE WHEN issued - day > 3 THEN -18 WHEN due IS NOT NULL AND day <= due THEN 10
         ELSE round(10 * greatest(0, least(1, 1 - (day - coalesce(due, issued) - 7) / 60.0))) END AS score,
     paid = open AS exact_amount, paid < open AS part, exact_number = 1 AS exact_number,
     exact_number + digits + slip > 0 OR found >= 0.5 AS told
   FROM (
     SELECT c.*, t.payer_key, i.client_key, t.amount AS paid, i.amount AS open, t.day, i.issued, i.due,
       greatest(len(list_intersect(i.client_words, t.line_words)) / greatest(1, len(i.client_words)),
         CASE WHEN jaro_winkler_similarity(t.payer_key, i.client_key) >= 0.92 THEN 0.9 ELSE 0 END) AS found
     FROM candidate c JOIN tt t ON t.id = c.tid JOIN ii i ON i.id = c.iid
   )`,
  // Demands: their own points, within their block.
  `INSERT INTO scored
   SELECT t.id, i.id, 40
     + CASE WHEN list_contains(${words("coalesce(t.reference, '')")}, lower(i.unit)) THEN 30 ELSE 0 END
     + CASE WHEN list_contains(${words("coalesce(t.reference, '')")}, ${folded("i.surname")}) THEN 20 ELSE 0 END
     + CASE WHEN list_contains(${words("t.description")}, lower(i.unit)) THEN 10 ELSE 0 END, true, false, false, true
   FROM t JOIN i ON i.kind = 'demand' AND t.kind = 'invoice' AND i.block = t.block AND i.currency = t.currency
     AND i.amount = t.amount`,
  `CREATE TEMP TABLE ranked AS
   SELECT *, row_number() OVER line AS of_line, row_number() OVER item AS of_item,
     lead(score, 1, -1000) OVER line AS next_of_line, lead(score, 1, -1000) OVER item AS next_of_item
   FROM scored WHERE score >= 35
   WINDOW line AS (PARTITION BY tid ORDER BY score DESC, iid), item AS (PARTITION BY iid ORDER BY score DESC, tid)`,
];

export const duckdbPairs = `SELECT tid || ' ' || iid AS pair FROM ranked
  WHERE score >= CASE WHEN exact_number OR exact_amount THEN 60 ELSE 70 END AND of_line = 1 AND of_item = 1
    AND score - next_of_line >= 12 AND score - next_of_item >= 12 AND told
    AND (exact_amount OR (part AND exact_number))`;
