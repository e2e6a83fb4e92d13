-- Some codes are counted under others (country_merge: country, into_country).
SELECT
    held.work,
    coalesce(country_merge.into_country, held.country) AS country,
    CAST(sum(held.units) AS BIGINT) AS units,
    max(CASE WHEN held.is_first THEN 1 ELSE 0 END) = 1 AS is_first,
    max(CASE WHEN held.is_corresponding THEN 1 ELSE 0 END) = 1 AS is_corresponding
FROM held
LEFT JOIN country_merge ON country_merge.country = held.country
GROUP BY held.work, coalesce(country_merge.into_country, held.country)
