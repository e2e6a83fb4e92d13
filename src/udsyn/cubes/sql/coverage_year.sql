-- How much of the record can be put on a map: works with a known country, and the weight that is located.
WITH located AS (
    SELECT source, year, sum(units) AS units
    FROM impact
    WHERE country IS NOT NULL
    GROUP BY source, year
),
counted AS (
    SELECT source, year, count(*) AS works, sum(CASE WHEN countries >= 1 THEN 1 ELSE 0 END) AS works_located
    FROM scoped_works
    GROUP BY source, year
)
SELECT
    counted.source,
    counted.year,
    counted.works,
    counted.works_located,
    CAST(coalesce(located.units, 0) AS BIGINT) AS units_located
FROM counted
LEFT JOIN located ON located.source = counted.source AND located.year = counted.year
