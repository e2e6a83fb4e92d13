-- How many references of each work of a country go to which field.
SELECT works.work, works.year, cited.field, count(*) AS "references"
FROM works_in_scope AS works
JOIN "references" AS refs ON refs.work = works.work
JOIN works AS cited ON cited.work = refs.cited AND cited.field IS NOT NULL
WHERE works.source = $source
  AND works.year BETWEEN $first AND $last
  AND works.work IN (SELECT work FROM work_countries WHERE country = $country)
GROUP BY works.work, works.year, cited.field
ORDER BY works.work, cited.field
