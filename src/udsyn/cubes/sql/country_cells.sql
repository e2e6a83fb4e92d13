-- The one heavy count: works and weights per country, class, number of citations and of countries (three or more: 3).
WITH classed AS (
    SELECT works.work, classes.class, works.citations, CAST(least(works.countries, 3) AS TINYINT) AS countries
    FROM scoped_works AS works
    JOIN classes
        ON classes.source = works.source AND classes.type = works.type AND classes.topic = works.topic
        AND classes.subfield = works.subfield AND classes.year = works.year
)
SELECT
    classed.class,
    located.country,
    classed.citations,
    classed.countries,
    count(*) AS works,
    CAST(sum(located.units) AS BIGINT) AS units,
    CAST(sum((located.units // $step) * (located.units // $step)) AS BIGINT) AS squares,
    count(CASE WHEN located.is_first THEN 1 END) AS first,
    count(CASE WHEN located.is_corresponding THEN 1 END) AS corresponding
FROM classed
JOIN located ON located.work = classed.work
GROUP BY classed.class, located.country, classed.citations, classed.countries
