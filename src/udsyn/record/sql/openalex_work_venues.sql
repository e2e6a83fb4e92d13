SELECT work, short_id(primary_location.source.id) AS venue, primary_location.source.display_name AS name
FROM incoming
WHERE primary_location.source.id IS NOT NULL
