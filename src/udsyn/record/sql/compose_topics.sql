SELECT DISTINCT ON (topic) topic, name, subfield, subfield_name, field, field_name, domain, domain_name
FROM (SELECT 1 AS origin, * FROM own_topics UNION ALL BY NAME SELECT 2 AS origin, * FROM named_topics)
ORDER BY topic, origin, rank DESC
