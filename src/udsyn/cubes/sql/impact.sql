-- Works and weights per country, topic, year, type and number of citations.
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
    CAST(sum(cells.works) AS BIGINT) AS works,
    CAST(sum(cells.units) AS BIGINT) AS units,
    CAST(sum(cells.squares) AS BIGINT) AS squares,
    CAST(sum(CASE WHEN cells.countries >= 2 THEN cells.works ELSE 0 END) AS BIGINT) AS international,
    CAST(sum(CASE WHEN cells.countries >= 3 THEN cells.works ELSE 0 END) AS BIGINT) AS multilateral,
    CAST(sum(cells.first) AS BIGINT) AS first,
    CAST(sum(cells.corresponding) AS BIGINT) AS corresponding
FROM country_cells AS cells
JOIN classes ON classes.class = cells.class
GROUP BY
    classes.source, cells.country, classes.topic, classes.subfield, classes.field, classes.domain, classes.year,
    classes.type, cells.citations
