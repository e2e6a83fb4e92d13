-- Works and weights per country, topic, year, type and number of citations.
WITH cells AS (
    SELECT
        class,
        country,
        citations,
        CAST(sum(works) AS BIGINT) AS works,
        CAST(sum(units) AS BIGINT) AS units,
        CAST(sum(squares) AS BIGINT) AS squares,
        CAST(sum(CASE WHEN countries >= 2 THEN works ELSE 0 END) AS BIGINT) AS international,
        CAST(sum(CASE WHEN countries >= 3 THEN works ELSE 0 END) AS BIGINT) AS multilateral,
        CAST(sum(first) AS BIGINT) AS first,
        CAST(sum(corresponding) AS BIGINT) AS corresponding
    FROM country_cells
    GROUP BY class, country, citations
)
SELECT
    classes.source,
    cells.country,
    classes.topic,
    classes.subfield,
    classes.field,
    classes.domain,
    classes.year,
    classes.type,
    cells.citations,
    cells.works,
    cells.units,
    cells.squares,
    cells.international,
    cells.multilateral,
    cells.first,
    cells.corresponding
FROM cells
JOIN classes ON classes.class = cells.class
