-- Every code is a country of its own.
SELECT work, country, units, is_first, is_corresponding
FROM held
