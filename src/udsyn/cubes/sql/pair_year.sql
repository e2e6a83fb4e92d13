-- Joint works of two countries per year.
SELECT
    $source AS source,
    c1,
    c2,
    year,
    CAST(sum(works) AS DOUBLE) AS works,
    CAST(sum(link_units) AS DOUBLE) / $units AS links_fractional
FROM pair_cells
GROUP BY c1, c2, year
