SELECT
  CAST(last_number(id) AS SMALLINT) AS domain,
  display_name AS name,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
