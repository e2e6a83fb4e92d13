-- Joint works of two countries per size of the collaboration and year.
SELECT
    source,
    c1,
    c2,
    size,
    year,
    CAST(sum(works) AS DOUBLE) AS works,
    CAST(sum(link_units) AS DOUBLE) / $units AS links_fractional
FROM pair_cells
GROUP BY source, c1, c2, size, year
