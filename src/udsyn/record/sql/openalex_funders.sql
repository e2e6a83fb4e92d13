SELECT
  object AS funder,
  display_name AS name,
  ids.ror AS ror,
  upper(country_code) AS country,
  homepage_url AS homepage,
  works_count AS works,
  awards_count AS awards,
  cited_by_count AS cited_by,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
