-- How much of the record can be put on a map: works with a known country, and the weight that is located.
SELECT
    works.source,
    works.year,
    count(*) AS works,
    sum(CASE WHEN works.countries >= 1 THEN 1 ELSE 0 END) AS works_located,
    CAST(coalesce(sum(located.units), 0) AS BIGINT) AS units_located
FROM scoped_works AS works
LEFT JOIN (
    SELECT work, sum(units) AS units FROM work_countries WHERE country IS NOT NULL GROUP BY work
) AS located ON located.work = works.work
GROUP BY works.source, works.year
