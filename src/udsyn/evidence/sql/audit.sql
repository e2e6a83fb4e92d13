-- Rows of authorships in scope per source, and how many of them can be doubted.
SELECT
  works.source,
  count(*) AS rows,
  count(*) FILTER (WHERE held.country IS NULL) AS without_country,
  count(*) FILTER (WHERE held.institution IS NULL) AS without_institution,
  count(*) FILTER (WHERE held.basis NOT IN ('institution', 'correction')) AS not_from_institution,
  count(*) FILTER (WHERE held.basis = 'correction') AS corrected,
  count(*) FILTER (WHERE held.country <> institutions.country) AS contradicts_institution,
  count(*) FILTER (WHERE held.country IS NULL AND printed.country IS NOT NULL) AS prints_a_country,
  count(*) FILTER (
    WHERE held.country IS NOT NULL AND printed.country IS NOT NULL AND NOT printed.agrees
  ) AS prints_another_country
FROM authorships AS held
JOIN works_in_scope AS works ON works.work = held.work
LEFT JOIN institutions ON institutions.institution = held.institution
LEFT JOIN printed ON printed.work = held.work AND printed.seq = held.seq
GROUP BY works.source
ORDER BY works.source
