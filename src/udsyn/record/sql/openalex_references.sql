SELECT work, short_id(cited) AS cited
FROM (SELECT work, unnest(referenced_works) AS cited FROM incoming)
WHERE short_id(cited) IS NOT NULL
