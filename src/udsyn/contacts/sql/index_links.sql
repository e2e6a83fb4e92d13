-- One row per work, author, institution and country, after corrections: merged authors, works that are not theirs.
CREATE TEMP TABLE indexed_links AS
SELECT i.w, i.year, coalesce(m.kept, a.author) AS author, a.name, a.seq, a.position,
       coalesce(a.is_corresponding, false) AS is_corresponding, a.institution, a.country
FROM authorships AS a
JOIN indexed_works AS i ON i.work = a.work
LEFT JOIN merged AS m ON m.author = a.author
WHERE a.author IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM not_theirs AS n WHERE n.work = a.work AND n.author = coalesce(m.kept, a.author))
