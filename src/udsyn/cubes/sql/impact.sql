-- The one heavy count: works and weights per country, topic, year, type and number of citations.
SELECT
    source,
    country,
    topic,
    min(subfield) AS subfield,
    min(field) AS field,
    min(domain) AS domain,
    year,
    type,
    citations,
    count(*) AS works,
    CAST(sum(units) AS BIGINT) AS units,
    CAST(sum(power(floor(CAST(units AS DOUBLE) * 10000 / $units), 2)) AS BIGINT) AS squares,
    sum(CASE WHEN countries >= 2 THEN 1 ELSE 0 END) AS international,
    sum(CASE WHEN countries >= 3 THEN 1 ELSE 0 END) AS multilateral,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) AS first,
    sum(CASE WHEN is_corresponding THEN 1 ELSE 0 END) AS corresponding
FROM scoped_countries
GROUP BY source, country, topic, year, type, citations
