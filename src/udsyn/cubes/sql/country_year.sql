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
    CAST(count(*) AS DOUBLE) AS works,
    CAST(count(*) AS DOUBLE) AS works_fractional,
    CAST(sum(CASE WHEN countries >= 2 THEN 1 ELSE 0 END) AS DOUBLE) AS works_international,
    CAST(sum(CASE WHEN countries >= 3 THEN 1 ELSE 0 END) AS DOUBLE) AS works_multilateral,
    CAST(count(*) AS DOUBLE) AS works_first,
    CAST(count(*) AS DOUBLE) AS works_corresponding
FROM scoped_works
GROUP BY source, year
