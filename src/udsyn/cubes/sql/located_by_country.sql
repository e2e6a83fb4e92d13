-- The weight of each country in each work when a work is shared out equally over its known countries; a work without
-- any is unknown as a whole.
WITH sized AS (
    SELECT work, count(country) AS n FROM merged GROUP BY work
)
SELECT
    merged.work,
    merged.country,
    CASE
        WHEN sized.n = 0 THEN merged.units
        WHEN merged.country IS NULL THEN 0
        ELSE CAST((2 * $units + sized.n) // (2 * sized.n) AS BIGINT)
    END AS units,
    merged.is_first,
    merged.is_corresponding
FROM merged
JOIN sized ON sized.work = merged.work
