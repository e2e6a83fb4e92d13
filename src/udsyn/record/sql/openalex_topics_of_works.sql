-- Topics as the works name them, for records that hold no topic objects; where works differ, the first by name.
SELECT CAST(topic AS INTEGER) AS topic, t.name AS name,
  CAST(last_number(t.subfield) AS SMALLINT) AS subfield, t.subfield_name AS subfield_name,
  CAST(last_number(t.field) AS SMALLINT) AS field, t.field_name AS field_name,
  CAST(last_number(t.domain) AS SMALLINT) AS domain, t.domain_name AS domain_name
FROM (
  SELECT short_id(t.id) AS topic, min({
      'name': t.display_name, 'subfield': t.subfield.id, 'subfield_name': t.subfield.display_name,
      'field': t.field.id, 'field_name': t.field.display_name,
      'domain': t.domain.id, 'domain_name': t.domain.display_name
    }) AS t
  FROM (SELECT unnest(topics) AS t FROM incoming)
  WHERE short_id(t.id) IS NOT NULL
  GROUP BY short_id(t.id)
)
ORDER BY topic
