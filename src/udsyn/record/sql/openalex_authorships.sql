-- One row per work, author and institution; an author without institution stands once per country that OpenAlex read
-- from the affiliation strings, or once as unknown. An author's share 1/n is split equally over those rows, rounded
-- half up to whole units.
WITH authors AS (
  SELECT line, work, len(authorships) AS n, unnest(authorships) AS a, generate_subscripts(authorships, 1) AS seq
  FROM incoming
),
placed AS (
  SELECT
    line,
    work,
    n,
    seq,
    short_id(a.author.id) AS author,
    a.author.display_name AS name,
    a.author_position AS position,
    COALESCE(a.is_corresponding, false) AS is_corresponding,
    CASE
      WHEN len(a.institutions) = 1 THEN list_transform(
        a.institutions, lambda x: {'id': x.id, 'country': x.country_code, 'basis': 'institution'}
      )
      WHEN len(a.institutions) > 1 THEN list_transform(
        list_filter(
          a.institutions,
          lambda x, i: x.id IS NULL OR list_position(list_transform(a.institutions, lambda y: y.id), x.id) = i
        ),
        lambda x: {'id': x.id, 'country': x.country_code, 'basis': 'institution'}
      )
      WHEN len(a.countries) > 0 THEN list_transform(
        list_sort(list_distinct(a.countries)), lambda c: {'id': NULL, 'country': c, 'basis': 'countries'}
      )
      ELSE [{'id': NULL, 'country': NULL, 'basis': NULL}]
    END AS places
  FROM authors
),
spread AS (
  SELECT line, work, n, seq, author, name, position, is_corresponding, len(places) AS m, unnest(places) AS place
  FROM placed
)
SELECT
  line,
  work,
  CAST(seq AS INTEGER) AS seq,
  author,
  name,
  position,
  is_corresponding,
  short_id(place.id) AS institution,
  upper(NULLIF(place.country, '')) AS country,
  CASE WHEN NULLIF(place.country, '') IS NOT NULL THEN place.basis END AS basis,
  (2 * $units + n * m) // (2 * n * m) AS units
FROM spread
