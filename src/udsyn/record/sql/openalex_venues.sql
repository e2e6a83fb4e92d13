SELECT
  object AS venue,
  display_name AS name,
  issn_l AS issn,
  type,
  host_organization_name AS publisher,
  upper(country_code) AS country,
  is_oa,
  is_in_doaj,
  works_count AS works,
  cited_by_count AS cited_by,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
