SELECT 'US-' || patent_id AS family, 'cpc' AS scheme, cpc_group AS symbol, bool_or(cpc_type LIKE 'inventi%') AS inventive
FROM given
WHERE coalesce(patent_id, '') <> '' AND coalesce(cpc_group, '') <> ''
GROUP BY ALL
