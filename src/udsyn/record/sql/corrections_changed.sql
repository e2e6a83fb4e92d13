-- The rows of a part's authorships whose country is corrected: an author's own correction goes first, then the
-- institution's, then that of the affiliation as printed (the first by its text, where an author printed several).
SELECT held.file_row_number, held.work, CASE
    WHEN own.work IS NOT NULL THEN own.country
    WHEN place.institution IS NOT NULL THEN place.country
    ELSE printed.country
  END AS country
FROM read_authorships AS held
LEFT JOIN given AS own ON own.work = held.work AND own.seq = held.seq
LEFT JOIN given AS place ON place.institution = held.institution
LEFT JOIN (
  SELECT raw.work, raw.seq, arg_min(given.country, given.id) AS country
  FROM given JOIN raw ON given.what = 'affiliation' AND trim(regexp_replace(raw.text, '\s+', ' ', 'g')) = given.id
  GROUP BY raw.work, raw.seq
) AS printed ON printed.work = held.work AND printed.seq = held.seq AND held.country IS NULL
WHERE own.work IS NOT NULL OR place.institution IS NOT NULL OR printed.work IS NOT NULL
