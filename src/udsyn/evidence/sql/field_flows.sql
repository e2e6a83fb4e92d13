-- Citations from field to field in the whole record.
SELECT works.field AS citing, cited.field AS cited, count(*) AS works
FROM works_in_scope AS works
JOIN "references" AS refs ON refs.work = works.work
JOIN works AS cited ON cited.work = refs.cited
WHERE works.field IS NOT NULL AND cited.field IS NOT NULL
GROUP BY works.field, cited.field
ORDER BY works.field, cited.field
