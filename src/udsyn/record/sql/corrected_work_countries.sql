-- The countries of a part's works: added up again where an author was corrected, as read elsewhere.
SELECT work, country, units, is_first, is_corresponding, file_row_number AS rank
FROM read_work_countries
WHERE work NOT IN (SELECT work FROM changed)
UNION ALL
SELECT
  held.work,
  CASE WHEN changed.file_row_number IS NULL THEN held.country ELSE changed.country END AS country,
  CAST(sum(held.units) AS BIGINT) AS units,
  bool_or(held.seq = 1) AS is_first,
  bool_or(held.is_corresponding) AS is_corresponding,
  min(first.rank) AS rank
FROM read_authorships AS held
JOIN (SELECT work, min(file_row_number) AS rank FROM read_work_countries GROUP BY work) AS first ON first.work = held.work
LEFT JOIN changed ON changed.file_row_number = held.file_row_number
WHERE held.work IN (SELECT work FROM changed)
GROUP BY held.work, CASE WHEN changed.file_row_number IS NULL THEN held.country ELSE changed.country END
