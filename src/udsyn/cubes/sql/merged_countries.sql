-- The countries of the works that count, after some were merged into others (country_merge: country, into_country).
WITH merged AS (
    SELECT
        located.work,
        coalesce(country_merge.into_country, located.country) AS country,
        CAST(sum(located.units) AS BIGINT) AS units,
        max(CASE WHEN located.is_first THEN 1 ELSE 0 END) = 1 AS is_first,
        max(CASE WHEN located.is_corresponding THEN 1 ELSE 0 END) = 1 AS is_corresponding
    FROM work_countries AS located
    LEFT JOIN country_merge ON country_merge.country = located.country
    GROUP BY located.work, coalesce(country_merge.into_country, located.country)
)
SELECT
    works.source,
    works.work,
    works.year,
    works.type,
    works.topic,
    works.subfield,
    works.field,
    works.domain,
    works.citations,
    works.authors,
    count(merged.country) OVER (PARTITION BY works.work) AS countries,
    merged.country,
    merged.units,
    merged.is_first,
    merged.is_corresponding
FROM scoped_works AS works
JOIN merged ON merged.work = works.work
