-- One row per work and person, in the order of works.
SELECT l.w, p.p,
       min(CASE l.position WHEN 'first' THEN 1 WHEN 'last' THEN 3 ELSE 2 END)
         + 4 * max(l.is_corresponding::INTEGER) AS role
FROM indexed_links AS l
JOIN indexed_people AS p ON p.author = l.author
GROUP BY l.w, p.p
ORDER BY l.w, min(l.seq), p.p
