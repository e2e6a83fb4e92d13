-- A part's works with the number of their countries after corrections.
SELECT held.* REPLACE (coalesce(counted.countries, held.countries) AS countries), held.file_row_number AS rank
FROM read_works AS held
LEFT JOIN (
  SELECT a.work, count(DISTINCT CASE WHEN c.file_row_number IS NULL THEN a.country ELSE c.country END) AS countries
  FROM read_authorships AS a
  LEFT JOIN changed AS c ON c.file_row_number = a.file_row_number
  WHERE a.work IN (SELECT work FROM changed)
  GROUP BY a.work
) AS counted ON counted.work = held.work
