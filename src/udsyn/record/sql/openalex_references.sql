SELECT work, cited
FROM (SELECT work, short_id(unnest(referenced_works)) AS cited FROM incoming)
WHERE cited IS NOT NULL
