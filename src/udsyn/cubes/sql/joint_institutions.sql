-- The institutions of works of two or more countries, each once per work and country; kept: of a country that is held whole.
SELECT DISTINCT work, institution, country, CASE WHEN $kept THEN 1 ELSE 0 END AS kept
FROM authorships
WHERE institution IS NOT NULL AND country IS NOT NULL AND work IN (SELECT work FROM joint_works)
