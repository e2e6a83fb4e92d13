-- where families were invented: their parts by the inventors' place; a place is told by its city and where it lies
SELECT concat_ws('|', party.country, city, round(latitude, 3), round(longitude, 3)) AS institution,
    sum(part) AS fractional, sum(part * part) AS squares, any_value(party.country) AS country, any_value(city) AS city,
    any_value(latitude) AS lat, any_value(longitude) AS lon
FROM party JOIN family USING (family)
WHERE role = 'inventor' AND ($classes IS NULL OR family IN (
        SELECT family FROM family_class WHERE regexp_matches(symbol, $classes)
    ))
    AND ($first IS NULL OR coalesce(year(filed), year(published)) BETWEEN $first AND $last)
GROUP BY institution
ORDER BY institution
