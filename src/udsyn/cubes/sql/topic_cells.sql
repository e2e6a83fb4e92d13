-- Output of countries per topic and year, with WORLD counting each work once: the step below country_field_year.
SELECT
    source,
    country,
    topic,
    min(subfield) AS subfield,
    min(field) AS field,
    min(domain) AS domain,
    year,
    CAST(sum(works) AS BIGINT) AS works,
    CAST(sum(units) AS BIGINT) AS units,
    CAST(sum(international) AS BIGINT) AS international
FROM impact
GROUP BY source, country, topic, year
UNION ALL
SELECT
    source,
    'WORLD' AS country,
    topic,
    min(subfield) AS subfield,
    min(field) AS field,
    min(domain) AS domain,
    year,
    count(*) AS works,
    count(*) * $units AS units,
    CAST(sum(CASE WHEN countries >= 2 THEN 1 ELSE 0 END) AS BIGINT) AS international
FROM scoped_works
GROUP BY source, topic, year
