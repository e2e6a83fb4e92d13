-- Affiliation strings as printed, for authors whose country is unknown.
SELECT work, CAST(seq AS INTEGER) AS seq, text
FROM (
  SELECT work, seq, unnest(a.raw_affiliation_strings) AS text
  FROM (SELECT work, unnest(authorships) AS a, generate_subscripts(authorships, 1) AS seq FROM incoming)
  WHERE len(a.countries) = 0 AND len(list_filter(a.institutions, lambda i: i.country_code IS NOT NULL)) = 0
)
WHERE text IS NOT NULL
