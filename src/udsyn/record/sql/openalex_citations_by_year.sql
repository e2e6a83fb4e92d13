SELECT work, c.year AS year, c.cited_by_count AS cited_by
FROM (SELECT work, unnest(counts_by_year) AS c FROM incoming)
WHERE c.year IS NOT NULL
