-- The works that count, by the scope of the record. A missing topic or type is a class of its own (0, 'unknown').
SELECT
    source,
    work,
    year,
    coalesce(type, 'unknown') AS type,
    coalesce(topic, 0) AS topic,
    coalesce(subfield, 0) AS subfield,
    coalesce(field, 0) AS field,
    coalesce(domain, 0) AS domain,
    $citations AS citations,
    authors,
    $countries AS countries
FROM works
WHERE year IS NOT NULL AND $scope
