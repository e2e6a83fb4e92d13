-- any other register (CVR, CNPJ, ...): other names stand between semicolons
SELECT
    lower(scheme) AS scheme,
    id,
    name,
    list_filter(list_transform(string_split(coalesce(names, ''), ';'), lambda other: trim(other)), lambda other: other <> '') AS names,
    upper(nullif(country, '')) AS country,
    lower(scheme) AS registry,
    id AS number,
    CASE lower(active) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END AS active
FROM given
WHERE coalesce(scheme, '') <> '' AND coalesce(id, '') <> '' AND coalesce(name, '') <> ''
