SELECT work, short_id(cited) AS cited
FROM (SELECT work, unnest(referenced_works) AS cited FROM incoming)
WHERE cited IS NOT NULL AND short_id(cited) IS NOT NULL
