-- Output of countries per topic and year, with WORLD counting each work once: the step below country_field_year.
SELECT
    source,
    country,
    topic,
    subfield,
    field,
    domain,
    year,
    CAST(sum(works) AS BIGINT) AS works,
    CAST(sum(units) AS BIGINT) AS units,
    CAST(sum(international) AS BIGINT) AS international
FROM impact
GROUP BY source, country, topic, subfield, field, domain, year
UNION ALL
SELECT
    source,
    'WORLD' AS country,
    topic,
    subfield,
    field,
    domain,
    year,
    CAST(sum(works) AS BIGINT) AS works,
    CAST(sum(works) AS BIGINT) * $units AS units,
    CAST(sum(international) AS BIGINT) AS international
FROM world_cells
GROUP BY source, topic, subfield, field, domain, year
