-- Works of a country per year.
SELECT year, count(*) AS works
FROM works_in_scope
WHERE source = $source AND year BETWEEN $first AND $last
  AND work IN (SELECT work FROM work_countries WHERE country = $country)
GROUP BY year
ORDER BY year
