-- A part's authorships with their corrected countries, in their order.
SELECT held.* REPLACE (
    CASE WHEN changed.file_row_number IS NULL THEN held.country ELSE changed.country END AS country,
    CASE
      WHEN changed.file_row_number IS NULL THEN held.basis
      WHEN changed.country IS NOT NULL THEN 'correction'
    END AS basis
  ),
  held.file_row_number AS rank
FROM read_authorships AS held
LEFT JOIN changed ON changed.file_row_number = held.file_row_number
