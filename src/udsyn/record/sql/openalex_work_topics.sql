SELECT work, CAST(rank AS SMALLINT) AS rank, CAST(short_id(t.id) AS INTEGER) AS topic, t.score AS score
FROM (SELECT work, unnest(topics) AS t, generate_subscripts(topics, 1) AS rank FROM incoming)
WHERE t.id IS NOT NULL
