-- One row per topic: OpenAlex's own objects before what works name, a later part before an earlier.
SELECT topic, unnest(arg_max(
    {
      'name': name, 'subfield': subfield, 'subfield_name': subfield_name, 'field': field, 'field_name': field_name,
      'domain': domain, 'domain_name': domain_name
    },
    precedence
  ))
FROM (
  SELECT rank + 4_294_967_296 AS precedence, * FROM own_topics
  UNION ALL BY NAME
  SELECT rank AS precedence, * FROM named_topics
)
GROUP BY topic
ORDER BY topic
