-- The weight of each country in each work, as the record has it: by authors.
SELECT work, country, units, is_first, is_corresponding
FROM work_countries
