-- Abstracts of works, in the order of works; none where they were not read.
SELECT i.w, min(t.abstract) AS text
FROM work_texts AS t
JOIN indexed_works AS i ON i.work = t.work
WHERE t.abstract IS NOT NULL
GROUP BY i.w
ORDER BY i.w
