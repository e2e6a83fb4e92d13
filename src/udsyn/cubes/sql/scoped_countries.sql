-- The countries of the works that count.
SELECT
    works.*,
    located.country,
    located.units,
    located.is_first,
    located.is_corresponding
FROM scoped_works AS works
JOIN work_countries AS located ON located.work = works.work
