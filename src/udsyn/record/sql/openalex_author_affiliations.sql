SELECT
  author,
  short_id(a.institution.id) AS institution,
  upper(a.institution.country_code) AS country,
  list_min(a.years) AS first_year,
  list_max(a.years) AS last_year
FROM (SELECT object AS author, unnest(affiliations) AS a FROM incoming)
WHERE a.institution.id IS NOT NULL
