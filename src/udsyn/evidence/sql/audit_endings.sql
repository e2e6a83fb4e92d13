-- The last part of every affiliation as printed: after the last comma or semicolon, without full stops and numbers.
SELECT DISTINCT text, trim(regexp_replace(regexp_extract(text, '([^,;]*)[,;.\s]*$', 1), '[0-9.\-]+', ' ', 'g')) AS ending
FROM raw_affiliations
