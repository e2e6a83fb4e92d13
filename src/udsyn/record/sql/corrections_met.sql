-- What each correction meets: rows of authorships, and the countries that stand there.
SELECT what, id, count(*) AS rows, string_agg(DISTINCT coalesce(country, 'unknown'), ', ' ORDER BY coalesce(country, 'unknown'))
FROM (
  SELECT given.what, given.id, held.country
  FROM given JOIN authorships AS held ON held.institution = given.institution
  UNION ALL
  SELECT given.what, given.id, held.country
  FROM given JOIN authorships AS held ON held.work = given.work AND held.seq = given.seq
  UNION ALL
  SELECT given.what, given.id, held.country
  FROM given
  JOIN raw ON given.what = 'affiliation' AND trim(regexp_replace(raw.text, '\s+', ' ', 'g')) = given.id
  JOIN authorships AS held ON held.work = raw.work AND held.seq = raw.seq AND held.country IS NULL
)
GROUP BY what, id
