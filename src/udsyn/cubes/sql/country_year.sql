-- Output of countries per year, summed from the impact histogram; WORLD counts each work once.
SELECT
    source,
    country,
    year,
    CAST(sum(works) AS DOUBLE) AS works,
    CAST(sum(units) AS DOUBLE) / $units AS works_fractional,
    CAST(sum(international) AS DOUBLE) AS works_international,
    CAST(sum(multilateral) AS DOUBLE) AS works_multilateral,
    CAST(sum(first) AS DOUBLE) AS works_first,
    CAST(sum(corresponding) AS DOUBLE) AS works_corresponding
FROM impact
GROUP BY source, country, year
UNION ALL
SELECT
    source,
    'WORLD' AS country,
    year,
    CAST(sum(works) AS DOUBLE) AS works,
    CAST(sum(works) AS DOUBLE) AS works_fractional,
    CAST(sum(international) AS DOUBLE) AS works_international,
    CAST(sum(multilateral) AS DOUBLE) AS works_multilateral,
    CAST(sum(works) AS DOUBLE) AS works_first,
    CAST(sum(works) AS DOUBLE) AS works_corresponding
FROM world_cells
GROUP BY source, year
