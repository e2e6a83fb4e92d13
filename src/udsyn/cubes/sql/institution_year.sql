-- Output of institutions per topic and year (in a slice, of those of its countries). author_weight counts authors, each
-- split over the author's institutions.
WITH listed AS (
    SELECT work, institution, CAST(sum(units) AS BIGINT) AS units
    FROM authorships
    WHERE institution IS NOT NULL AND $kept
    GROUP BY work, institution
)
SELECT
    works.source,
    listed.institution,
    CAST(works.topic AS VARCHAR) AS member,
    works.year,
    CAST(count(*) AS DOUBLE) AS works,
    CAST(sum(listed.units) AS DOUBLE) / $units AS works_fractional,
    CAST(sum(listed.units * works.authors) AS DOUBLE) / $units AS author_weight
FROM listed
JOIN scoped_works AS works ON works.work = listed.work
GROUP BY works.source, listed.institution, works.topic, works.year
