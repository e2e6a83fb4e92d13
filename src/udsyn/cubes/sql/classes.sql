-- Works that differ in citations and countries alone, by one number: what a heavy count is grouped by.
SELECT
    CAST(row_number() OVER (ORDER BY source, type, topic, subfield, year) AS INTEGER) AS class,
    source,
    type,
    topic,
    subfield,
    min(field) AS field,
    min(domain) AS domain,
    year
FROM world_cells
GROUP BY source, type, topic, subfield, year
