-- One row per work, author and institution; an author without institution stands once per country that OpenAlex read
-- from the affiliation strings, or once as unknown. An author's share 1/n is split equally over those rows.
WITH authors AS (
  SELECT line, work, len(authorships) AS n, unnest(authorships) AS a, generate_subscripts(authorships, 1) AS seq
  FROM incoming
),
placed AS (
  SELECT
    line, work, n, seq, a,
    CASE
      WHEN len(a.institutions) = 1 THEN a.institutions
      WHEN len(a.institutions) > 1 THEN list_filter(
        a.institutions, lambda x, i: list_position(
          list_transform(a.institutions, lambda y: COALESCE(y.id, y.display_name)), COALESCE(x.id, x.display_name)
        ) = i
      )
    END AS institutions,
    CASE WHEN len(a.institutions) > 0 OR len(a.countries) = 0 THEN NULL ELSE list_sort(list_distinct(a.countries)) END
      AS countries
  FROM authors
),
split AS (
  SELECT *, greatest(COALESCE(len(institutions), len(countries), 1), 1) AS m
  FROM placed
),
spread AS (
  SELECT *, unnest(generate_series(1, m)) AS k FROM split
)
SELECT
  line,
  work,
  CAST(seq AS INTEGER) AS seq,
  short_id(a.author.id) AS author,
  a.author.display_name AS name,
  a.author_position AS position,
  COALESCE(a.is_corresponding, false) AS is_corresponding,
  short_id(institutions[k].id) AS institution,
  upper(COALESCE(institutions[k].country_code, countries[k])) AS country,
  CASE
    WHEN institutions[k].country_code IS NOT NULL THEN 'institution'
    WHEN countries[k] IS NOT NULL THEN 'countries'
  END AS basis,
  (2 * $units + n * m) // (2 * n * m) AS units
FROM spread
