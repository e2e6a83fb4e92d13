-- Joint works of two institutions of different countries per year (in a slice, one of them in its countries).
WITH listed AS (
    SELECT
        works.source,
        authorships.work,
        authorships.institution,
        authorships.country,
        works.year,
        CASE WHEN $kept THEN 1 ELSE 0 END AS kept
    FROM authorships
    JOIN scoped_works AS works ON works.work = authorships.work
    WHERE authorships.institution IS NOT NULL AND authorships.country IS NOT NULL AND works.countries >= 2
    GROUP BY works.source, authorships.work, authorships.institution, authorships.country, works.year
)
SELECT
    one.source,
    one.institution AS i1,
    other.institution AS i2,
    one.year,
    CAST(count(*) AS DOUBLE) AS works
FROM listed AS one
JOIN listed AS other ON other.work = one.work AND one.institution < other.institution AND one.country <> other.country
WHERE one.kept + other.kept >= 1
GROUP BY one.source, one.institution, other.institution, one.year
