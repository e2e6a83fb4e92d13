-- The cases behind the audit, each as a line of a file of corrections; the most frequent first.
WITH held AS (
  SELECT authorships.*, printed.text, printed.country AS named, printed.agrees
  FROM authorships
  JOIN works_in_scope AS works ON works.work = authorships.work
  LEFT JOIN printed ON printed.work = authorships.work AND printed.seq = authorships.seq
),
cases AS (
  SELECT
    'contradicts_institution' AS case_, 'institution' AS what, 'I' || held.institution AS id,
    min(institutions.country) AS country,
    'authorships say ' || string_agg(DISTINCT held.country, ', ' ORDER BY held.country) AS note, count(*) AS rows
  FROM held JOIN institutions ON institutions.institution = held.institution
  WHERE held.country <> institutions.country
  GROUP BY held.institution
  UNION ALL
  SELECT 'without_country', 'institution', 'I' || institution, min(named), 'the institution has no country', count(*)
  FROM held
  WHERE country IS NULL AND institution IS NOT NULL
  GROUP BY institution
  UNION ALL
  SELECT
    CASE WHEN min(named) IS NULL THEN 'without_country' ELSE 'prints_a_country' END, 'affiliation', text, min(named),
    'no institution was recognised', count(*)
  FROM held
  WHERE country IS NULL AND institution IS NULL AND text IS NOT NULL
  GROUP BY text
  UNION ALL
  SELECT
    'prints_another_country', 'author', 'W' || work || '/' || seq, min(named),
    'known: ' || string_agg(DISTINCT country, ', ' ORDER BY country) || '; printed: ' || min(text), count(*)
  FROM held
  WHERE country IS NOT NULL AND named IS NOT NULL AND NOT agrees
  GROUP BY work, seq
)
SELECT case_, what, id, country, note, rows
FROM cases
ORDER BY rows DESC, what, id
LIMIT $limit
