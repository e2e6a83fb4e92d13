-- Articles as OpenAlex work objects, so that the same statements weigh them. Authors keep the file's order.
SELECT
  articles.file_row_number + 1 AS line,
  short_id(work_id) AS work,
  doi,
  title,
  CAST(year AS SMALLINT) AS publication_year,
  CAST(NULL AS VARCHAR) AS publication_date,
  CAST(NULL AS VARCHAR) AS language,
  CAST(NULL AS VARCHAR) AS type,
  CAST(cited_by_count AS INTEGER) AS cited_by_count,
  CAST(NULL AS BOOLEAN) AS is_retracted,
  CAST(NULL AS BOOLEAN) AS is_paratext,
  CAST(NULL AS BOOLEAN) AS is_xpac,
  CAST(NULL AS VARCHAR) AS updated_date,
  authorships,
  CAST(NULL AS STRUCT(id VARCHAR, subfield STRUCT(id VARCHAR), field STRUCT(id VARCHAR), domain STRUCT(id VARCHAR)))
    AS primary_topic
FROM read_parquet(getvariable('articles'), file_row_number = true) AS articles
LEFT JOIN (
  SELECT
    work_id,
    list({
      'author': {'id': author_id, 'display_name': author_name},
      'author_position': author_position,
      'is_corresponding': CAST(NULL AS BOOLEAN),
      'countries': CAST([] AS VARCHAR[]),
      'institutions': institutions
    } ORDER BY seq) AS authorships
  FROM (
    SELECT
      a.work_id, a.author_id, a.author_name, a.author_position, a.file_row_number AS seq,
      COALESCE(list({'id': i.id, 'display_name': p.name, 'country_code': p.country} ORDER BY i.rank)
        FILTER (WHERE i.id IS NOT NULL), []) AS institutions
    FROM read_parquet(getvariable('authorships'), file_row_number = true) AS a
    LEFT JOIN (
      SELECT file_row_number, unnest(string_split(institution_ids, '|')) AS id,
        generate_subscripts(string_split(institution_ids, '|'), 1) AS rank
      FROM read_parquet(getvariable('authorships'), file_row_number = true)
    ) AS i ON i.file_row_number = a.file_row_number
    LEFT JOIN (
      SELECT institution_id AS id, min(institution_name) AS name, min(country_code) AS country
      FROM read_csv(getvariable('places'), nullstr = '', all_varchar = true) GROUP BY institution_id
    ) AS p ON p.id = i.id
    GROUP BY a.work_id, a.author_id, a.author_name, a.author_position, a.file_row_number
  ) AS authors
  GROUP BY work_id
) AS teams USING (work_id)
ORDER BY line
