-- families by class and country, in parts: of a family for its countries, and of that for its classes; by team, too, in
-- the countries that are asked for
WITH classes AS (
    SELECT family, symbol, 1e0 / count(*) OVER (PARTITION BY family) AS weight
    FROM classed
),
counted AS (
    SELECT symbol, country, family, sum(part * weight) AS part, max(coalesce(year(filed), year(published))) AS year
    FROM classes JOIN party USING (family) JOIN family USING (family)
    WHERE role = $role AND country IS NOT NULL
    GROUP BY symbol, country, family
)
SELECT symbol, country, CASE WHEN list_contains($codes, country) THEN coalesce(team, 'family ' || family) END AS team,
    sum(part) AS families, sum(part * part) AS squares, coalesce(sum(part) FILTER (year >= $middle), 0) AS late
FROM counted LEFT JOIN lead USING (family)
WHERE year BETWEEN $first AND $last
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
