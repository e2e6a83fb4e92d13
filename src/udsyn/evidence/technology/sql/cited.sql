-- the works that a family cites, whosever they are; publications match by office and number, whatever the kind
WITH own AS (
    SELECT DISTINCT regexp_extract(publication, '^[A-Z]{2}-[^-]+') AS stem FROM publication WHERE family = $family
),
links AS (
    SELECT cites_work.*
    FROM cites_work JOIN own ON own.stem = regexp_extract(cites_work.publication, '^[A-Z]{2}-[^-]+')
)
SELECT coalesce(numbered.work, named.work, links.work) AS work, coalesce(links.doi, bare(numbered.doi)) AS doi,
    coalesce(numbered.title, named.title) AS title, coalesce(numbered.year, named.year) AS year, publication,
    confidence, place, "by", links.source
FROM links
LEFT JOIN works AS numbered ON numbered.work = links.work
LEFT JOIN works AS named ON links.work IS NULL AND bare(named.doi) = links.doi
ORDER BY year DESC NULLS LAST, work
