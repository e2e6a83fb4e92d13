SELECT
  CAST(object AS INTEGER) AS topic,
  display_name AS name,
  CAST(last_number(subfield.id) AS SMALLINT) AS subfield,
  subfield.display_name AS subfield_name,
  CAST(last_number(field.id) AS SMALLINT) AS field,
  field.display_name AS field_name,
  CAST(last_number(domain.id) AS SMALLINT) AS domain,
  domain.display_name AS domain_name
FROM incoming
ORDER BY line
