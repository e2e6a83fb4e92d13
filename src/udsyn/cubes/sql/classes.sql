-- Works that differ in citations and countries alone, by one number: what a heavy count is grouped by.
SELECT
    CAST(row_number() OVER (ORDER BY source, type, topic, subfield, field, domain, year) AS INTEGER) AS class,
    source,
    type,
    topic,
    subfield,
    field,
    domain,
    year
FROM (SELECT DISTINCT source, type, topic, subfield, field, domain, year FROM world_cells) AS held
