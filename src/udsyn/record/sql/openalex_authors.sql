SELECT
  object AS author,
  display_name AS name,
  orcid,
  short_id(last_known_institutions[1].id) AS institution,
  upper(last_known_institutions[1].country_code) AS country,
  works_count AS works,
  cited_by_count AS cited_by,
  summary_stats.h_index AS h_index,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
ORDER BY line
