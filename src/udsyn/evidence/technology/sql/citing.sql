-- families that cite our works, a row per family and work; publications match by office and number, whatever the kind
WITH cited AS (
    SELECT regexp_extract(publication, '^[A-Z]{2}-[^-]+') AS stem, ours.work, confidence, place, cites_work.source
    FROM cites_work JOIN ours ON cites_work.work = ours.work
    WHERE (confidence IS NULL OR confidence >= $confidence) AND ("by" IS DISTINCT FROM 'examiner' OR $examiner)
    UNION ALL
    SELECT regexp_extract(publication, '^[A-Z]{2}-[^-]+'), ours.work, confidence, place, cites_work.source
    FROM cites_work JOIN ours ON cites_work.doi = ours.doi
    WHERE cites_work.work IS NULL AND (confidence IS NULL OR confidence >= $confidence)
        AND ("by" IS DISTINCT FROM 'examiner' OR $examiner)
)
SELECT family, work, max(confidence) AS confidence, string_agg(DISTINCT place, ', ' ORDER BY place) AS place,
    string_agg(DISTINCT cited.source, ', ' ORDER BY cited.source) AS source
FROM cited
JOIN (SELECT DISTINCT regexp_extract(publication, '^[A-Z]{2}-[^-]+') AS stem, family FROM publication) USING (stem)
SEMI JOIN family USING (family)
GROUP BY family, work
