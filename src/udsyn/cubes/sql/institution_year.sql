-- Output of institutions per topic and year (in a slice, of those of its countries). author_weight counts authors, each split over the author's institutions.
WITH listed AS (
    SELECT
        works.source,
        authorships.work,
        authorships.institution,
        works.topic,
        works.year,
        sum(authorships.units) AS units,
        sum(authorships.units * works.authors) AS author_units
    FROM authorships
    JOIN scoped_works AS works ON works.work = authorships.work
    WHERE authorships.institution IS NOT NULL AND $kept
    GROUP BY works.source, authorships.work, authorships.institution, works.topic, works.year
)
SELECT
    source,
    institution,
    CAST(topic AS VARCHAR) AS member,
    year,
    CAST(count(*) AS DOUBLE) AS works,
    CAST(sum(units) AS DOUBLE) / $units AS works_fractional,
    CAST(sum(author_units) AS DOUBLE) / $units AS author_weight
FROM listed
GROUP BY source, institution, topic, year
