-- classes of the families that cite works of a topic, beside those of all families that cite a work of ours
WITH classes AS (
    SELECT family, symbol, 1.0 / count(*) OVER (PARTITION BY family) AS weight
    FROM classed
),
about AS (SELECT family, bool_or(asked) AS asked FROM citing JOIN ours USING (work) GROUP BY family)
SELECT symbol, coalesce(sum(weight) FILTER (asked), 0) AS families, sum(weight) AS base
FROM classes JOIN about USING (family)
GROUP BY symbol
