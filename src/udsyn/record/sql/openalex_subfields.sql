SELECT
  CAST(last_number(id) AS SMALLINT) AS subfield,
  display_name AS name,
  CAST(last_number(field.id) AS SMALLINT) AS field,
  CAST(last_number(domain.id) AS SMALLINT) AS domain,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
