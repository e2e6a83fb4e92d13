-- Citations that a work received in its window from works of the record.
SELECT cited.work, CAST(count(DISTINCT citing.work) AS INTEGER) AS citations
FROM "references" AS refs
JOIN works AS citing ON citing.work = refs.work
JOIN works AS cited ON cited.work = refs.cited
WHERE citing.year < cited.year + $window
GROUP BY cited.work
