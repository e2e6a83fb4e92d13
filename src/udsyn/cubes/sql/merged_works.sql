-- The works that count, with the number of their countries after some were merged into others.
SELECT
    works.source,
    works.work,
    works.year,
    coalesce(works.type, 'unknown') AS type,
    coalesce(works.topic, 0) AS topic,
    coalesce(works.subfield, 0) AS subfield,
    coalesce(works.field, 0) AS field,
    coalesce(works.domain, 0) AS domain,
    works.cited_by AS citations,
    works.authors,
    CAST(counted.countries AS SMALLINT) AS countries
FROM works
JOIN (SELECT work, count(country) AS countries FROM located GROUP BY work) AS counted ON counted.work = works.work
WHERE works.year IS NOT NULL AND $scope
