-- Who paid for works: the funder's name and, on a second line, the award; in the order of works.
SELECT i.w, f.name || coalesce(chr(10) || min(f.award), '') AS text
FROM work_funders AS f
JOIN indexed_works AS i ON i.work = f.work
WHERE f.name IS NOT NULL
GROUP BY i.w, f.name
ORDER BY i.w, f.name
