-- The world: works per topic, year, type and number of citations; of them with one, two and three or more countries.
SELECT
    source,
    type,
    topic,
    subfield,
    min(field) AS field,
    min(domain) AS domain,
    year,
    citations,
    count(*) AS works,
    count(CASE WHEN countries >= 1 THEN 1 END) AS located,
    count(CASE WHEN countries >= 2 THEN 1 END) AS international,
    count(CASE WHEN countries >= 3 THEN 1 END) AS multilateral
FROM scoped_works
GROUP BY source, type, topic, subfield, year, citations
