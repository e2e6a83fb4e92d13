-- Abstracts of works, in any order; none where they were not read.
SELECT i.w, t.abstract AS text
FROM work_texts AS t
JOIN indexed_works AS i ON i.work = t.work
WHERE t.abstract IS NOT NULL
