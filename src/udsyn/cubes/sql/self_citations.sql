-- Citations from works of the record that share an author with the cited work, in its window.
WITH own AS (
    SELECT DISTINCT refs.work, refs.cited
    FROM "references" AS refs
    JOIN authorships AS writer ON writer.work = refs.work
    JOIN authorships AS author ON author.work = refs.cited AND author.author = writer.author
)
SELECT cited.work, CAST(count(*) AS INTEGER) AS citations
FROM own
JOIN works AS citing ON citing.work = own.work
JOIN works AS cited ON cited.work = own.cited
WHERE citing.year < cited.year + $window
GROUP BY cited.work
