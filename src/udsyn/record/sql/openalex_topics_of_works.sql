-- Topics as the works name them, for records that hold no topic objects.
SELECT DISTINCT ON (topic) CAST(short_id(t.id) AS INTEGER) AS topic, t.display_name AS name,
  CAST(last_number(t.subfield.id) AS SMALLINT) AS subfield, t.subfield.display_name AS subfield_name,
  CAST(last_number(t.field.id) AS SMALLINT) AS field, t.field.display_name AS field_name,
  CAST(last_number(t.domain.id) AS SMALLINT) AS domain, t.domain.display_name AS domain_name
FROM (SELECT unnest(topics) AS t FROM incoming)
WHERE short_id(t.id) IS NOT NULL
ORDER BY topic, name
