-- The sum of an author-level fractional weight per country; the row without a country is the unknown part.
-- A work that names no author is unknown as a whole.
SELECT line, work, country, CAST(sum(units) AS BIGINT) AS units, bool_or(seq = 1) AS is_first,
  bool_or(is_corresponding) AS is_corresponding
FROM part_authorships
GROUP BY line, work, country
UNION ALL
SELECT line, work, NULL, $units, false, false FROM incoming WHERE COALESCE(len(authorships), 0) = 0
ORDER BY line, country NULLS LAST
