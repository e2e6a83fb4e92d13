SELECT family, scheme, symbol, bool_or(inventive) AS inventive
FROM (
    SELECT CAST(family_id AS VARCHAR) AS family, 'cpc' AS scheme, c.code AS symbol, c.inventive AS inventive
    FROM (SELECT family_id, unnest(cpc) AS c FROM given)
)
WHERE symbol IS NOT NULL AND coalesce(family, '') NOT IN ('', '-1', '0')
GROUP BY family, scheme, symbol
