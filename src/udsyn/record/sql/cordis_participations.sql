-- One row per project and organisation, as CORDIS lists them; labels resolve the EU's country codes to ISO-2.
SELECT
  CAST(p.rcn AS BIGINT) AS project,
  TRY_CAST(p.pic AS BIGINT) AS organisation,
  nullif(trim(p.name), '') AS name,
  l.iso2 AS country,
  p.role,
  p.type,
  TRY_CAST(replace(p.contribution, ',', '.') AS DOUBLE) AS contribution,
  TRY_CAST(p.start_date AS DATE) AS start_date,
  TRY_CAST(p.end_date AS DATE) AS end_date
FROM incoming AS p
LEFT JOIN labels AS l ON l.label = p.country
ORDER BY p.line
