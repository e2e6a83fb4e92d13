SELECT
  work,
  $source AS source,
  publication_year AS year,
  TRY_CAST(substr(publication_date, 1, 10) AS DATE) AS date,
  type,
  language,
  doi,
  title,
  CAST(short_id(primary_topic.id) AS INTEGER) AS topic,
  CAST(last_number(primary_topic.subfield.id) AS SMALLINT) AS subfield,
  CAST(last_number(primary_topic.field.id) AS SMALLINT) AS field,
  CAST(last_number(primary_topic.domain.id) AS SMALLINT) AS domain,
  COALESCE(cited_by_count, 0) AS cited_by,
  CAST(COALESCE(len(authorships), 0) AS INTEGER) AS authors,
  CAST(known.countries AS SMALLINT) AS countries,
  is_retracted,
  is_paratext,
  is_xpac,
  TRY_CAST(substr(updated_date, 1, 10) AS DATE) AS updated
FROM incoming
JOIN (SELECT line, count(country) AS countries FROM part_work_countries GROUP BY line) AS known USING (line)
ORDER BY line
