SELECT DISTINCT ON (institution) institution, name, ror, country, type, city, lat, lon, parent
FROM (
  SELECT 1 AS origin, institution, name, ror, country, type, city, lat, lon, parent, rank FROM own_institutions
  UNION ALL
  SELECT 2, institution, name, ror, country, type, NULL, NULL, NULL,
    list_filter(list_transform(lineage, lambda i: short_id(i)), lambda i: i <> institution)[1], rank
  FROM named_institutions
)
ORDER BY institution, origin, rank DESC
