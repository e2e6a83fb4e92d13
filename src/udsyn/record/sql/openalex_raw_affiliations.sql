-- Affiliation strings as printed, of every author.
SELECT work, CAST(seq AS INTEGER) AS seq, text
FROM (
  SELECT work, seq, unnest(a.raw_affiliation_strings) AS text
  FROM (SELECT work, unnest(authorships) AS a, generate_subscripts(authorships, 1) AS seq FROM incoming)
)
WHERE text IS NOT NULL
