-- Projects in which home and another country both take part, by partner and the year of the start (null: not known).
WITH members AS (
  SELECT
    project,
    country,
    min(year(start_date)) AS year,
    count(DISTINCT organisation) AS organisations,
    bool_or(lower(role) = 'coordinator') AS leads
  FROM participations
  WHERE country IS NOT NULL
  GROUP BY project, country
)
SELECT
  theirs.country AS partner,
  coalesce(ours.year, theirs.year) AS year,
  count(*) AS projects,
  count(*) FILTER (WHERE ours.leads) AS led_by_home,
  count(*) FILTER (WHERE theirs.leads) AS led_by_partner,
  CAST(sum(ours.organisations) AS BIGINT) AS home_participations,
  CAST(sum(theirs.organisations) AS BIGINT) AS partner_participations
FROM members AS ours
JOIN members AS theirs ON theirs.project = ours.project AND theirs.country <> ours.country
WHERE ours.country = $home
  AND ($partner IS NULL OR theirs.country = $partner)
  AND ($first IS NULL OR coalesce(ours.year, theirs.year) BETWEEN $first AND $last)
GROUP BY theirs.country, coalesce(ours.year, theirs.year)
ORDER BY partner, year
