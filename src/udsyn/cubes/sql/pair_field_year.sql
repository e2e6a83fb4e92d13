-- Joint works of two countries per domain, field, subfield, topic and year.
WITH cells AS (
    SELECT 'domain' AS level, domain AS member, source, c1, c2, year, works FROM pair_cells
    UNION ALL
    SELECT 'field' AS level, field AS member, source, c1, c2, year, works FROM pair_cells
    UNION ALL
    SELECT 'subfield' AS level, subfield AS member, source, c1, c2, year, works FROM pair_cells
    UNION ALL
    SELECT 'topic' AS level, topic AS member, source, c1, c2, year, works FROM pair_cells
)
SELECT
    source,
    c1,
    c2,
    level,
    CAST(member AS VARCHAR) AS member,
    year,
    CAST(sum(works) AS DOUBLE) AS works
FROM cells
WHERE member <> 0
GROUP BY source, c1, c2, level, member, year
