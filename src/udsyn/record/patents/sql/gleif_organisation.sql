-- GLEIF's golden copy, level 1: who is who. What is no LEI is set aside
SELECT
    'lei' AS scheme,
    "LEI" AS id,
    "Entity.LegalName" AS name,
    list_filter(list_distinct([
        "Entity.OtherEntityNames.OtherEntityName.1", "Entity.OtherEntityNames.OtherEntityName.2",
        "Entity.OtherEntityNames.OtherEntityName.3",
        "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1",
        "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.2"
    ]), lambda other: other <> '') AS names,
    nullif("Entity.LegalAddress.Country", '') AS country,
    nullif("Entity.RegistrationAuthority.RegistrationAuthorityID", '') AS registry,
    nullif("Entity.RegistrationAuthority.RegistrationAuthorityEntityID", '') AS number,
    CASE "Entity.EntityStatus" WHEN 'ACTIVE' THEN true WHEN 'INACTIVE' THEN false END AS active
FROM given
WHERE regexp_full_match("LEI", '[0-9A-Z]{18}[0-9]{2}') AND coalesce("Entity.LegalName", '') <> ''
