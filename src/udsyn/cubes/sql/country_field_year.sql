-- Output of countries per domain, field, subfield, topic and year.
WITH names AS (
    SELECT 'domain' AS level, domain AS member, min(domain_name) AS name FROM topics GROUP BY domain
    UNION ALL
    SELECT 'field' AS level, field AS member, min(field_name) AS name FROM topics GROUP BY field
    UNION ALL
    SELECT 'subfield' AS level, subfield AS member, min(subfield_name) AS name FROM topics GROUP BY subfield
    UNION ALL
    SELECT 'topic' AS level, topic AS member, min(name) AS name FROM topics GROUP BY topic
),
cells AS (
    SELECT 'domain' AS level, domain AS member, source, country, year, works, units, international FROM topic_cells
    UNION ALL
    SELECT 'field' AS level, field AS member, source, country, year, works, units, international FROM topic_cells
    UNION ALL
    SELECT 'subfield' AS level, subfield AS member, source, country, year, works, units, international FROM topic_cells
    UNION ALL
    SELECT 'topic' AS level, topic AS member, source, country, year, works, units, international FROM topic_cells
),
counted AS (
    SELECT
        source,
        country,
        level,
        member,
        year,
        sum(works) AS works,
        sum(units) AS units,
        sum(international) AS international
    FROM cells
    WHERE member <> 0
    GROUP BY source, country, level, member, year
)
SELECT
    counted.source,
    counted.country,
    counted.level,
    CAST(counted.member AS VARCHAR) AS member,
    names.name,
    counted.year,
    CAST(counted.works AS DOUBLE) AS works,
    CAST(counted.units AS DOUBLE) / $units AS works_fractional,
    CAST(counted.international AS DOUBLE) AS works_international
FROM counted
LEFT JOIN names ON names.level = counted.level AND names.member = counted.member
