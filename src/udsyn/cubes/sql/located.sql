-- The weight of each country in each work.
SELECT work, country, units, is_first, is_corresponding
FROM merged
