SELECT
  object AS award,
  display_name AS name,
  funder_award_id AS number,
  short_id(funder.id) AS funder,
  funder.display_name AS funder_name,
  funding_type AS kind,
  funder_scheme AS scheme,
  amount,
  currency,
  TRY_CAST(substr(start_date, 1, 10) AS DATE) AS start_date,
  TRY_CAST(substr(end_date, 1, 10) AS DATE) AS end_date,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
