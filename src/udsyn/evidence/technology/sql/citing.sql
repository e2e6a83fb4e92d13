-- families that cite our works, a row per family and work; publications match by office and number, whatever the kind
WITH links AS (
    SELECT regexp_extract(publication, '^[A-Z]{2}-[^-]+') AS stem, work, doi, confidence, place, source
    FROM cites_work
    WHERE (confidence IS NULL OR confidence >= $confidence) AND ("by" IS DISTINCT FROM 'examiner' OR $examiner)
        AND ($place IS NULL OR place IN ($place, 'both'))
),
cited AS (
    SELECT stem, ours.work, confidence, place, source FROM links JOIN ours ON links.work = ours.work
    UNION ALL
    SELECT stem, ours.work, confidence, place, source FROM links JOIN ours ON links.doi = ours.doi
    WHERE links.work IS NULL
)
SELECT family, work, max(confidence) AS confidence, nullif(array_to_string(list_sort(list_distinct(list(place))), ', '), '') AS place,
    array_to_string(list_sort(list_distinct(list(cited.source))), ', ') AS source
FROM cited
JOIN (SELECT DISTINCT regexp_extract(publication, '^[A-Z]{2}-[^-]+') AS stem, family FROM publication) USING (stem)
SEMI JOIN family USING (family)
GROUP BY family, work
