-- Each work that counts with its citations, and with its score: citations over the mean of its reference set.
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
    works.countries,
    CASE
        WHEN works.citations IS NULL THEN NULL
        WHEN sets.citations = 0 THEN CAST(1 AS DOUBLE)
        ELSE CAST(CAST(works.citations AS BIGINT) * sets.works AS DOUBLE) / CAST(sets.citations AS DOUBLE)
    END AS score
FROM scoped_works AS works
LEFT JOIN reference_sets AS sets
    ON sets.source = works.source AND sets.subfield = works.subfield AND sets.year = works.year
    AND sets.type = works.type AND sets.percent = 10
