-- The weight of each country in each work when a work is shared out equally over its institutions, each counted once.
-- An author without institution stands for one in each country named; a work without any is unknown as a whole.
WITH places AS (
    SELECT DISTINCT work, institution, country
    FROM authorships
    WHERE institution IS NOT NULL OR country IS NOT NULL
),
countries AS (
    SELECT work, country, count(*) AS own FROM places GROUP BY work, country
),
totals AS (
    SELECT work, count(*) AS n FROM places GROUP BY work
)
SELECT
    held.work,
    held.country,
    CASE
        WHEN totals.n IS NULL THEN held.units
        ELSE CAST((2 * $units * coalesce(countries.own, 0) + totals.n) // (2 * totals.n) AS BIGINT)
    END AS units,
    held.is_first,
    held.is_corresponding
FROM work_countries AS held
LEFT JOIN totals ON totals.work = held.work
LEFT JOIN countries ON countries.work = held.work AND countries.country IS NOT DISTINCT FROM held.country
