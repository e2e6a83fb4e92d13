-- How much of the record can be put on a map: works with a known country, and the weight that is located.
WITH located AS (
    SELECT source, year, sum(units) AS units
    FROM impact
    WHERE country IS NOT NULL
    GROUP BY source, year
),
counted AS (
    SELECT source, year, sum(works) AS works, sum(located) AS works_located
    FROM world_cells
    GROUP BY source, year
)
SELECT
    counted.source,
    counted.year,
    CAST(counted.works AS BIGINT) AS works,
    CAST(counted.works_located AS BIGINT) AS works_located,
    CAST(coalesce(located.units, 0) AS BIGINT) AS units_located
FROM counted
LEFT JOIN located ON located.source = counted.source AND located.year = counted.year
