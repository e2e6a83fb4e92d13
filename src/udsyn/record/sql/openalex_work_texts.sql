-- Abstracts rebuilt from the inverted index: each word at its places.
SELECT work, string_agg(word, ' ' ORDER BY place, word) AS abstract
FROM (
  SELECT line, work, entry.key AS word, unnest(entry.value) AS place
  FROM (SELECT line, work, unnest(map_entries(abstract_inverted_index)) AS entry FROM incoming)
)
GROUP BY line, work
ORDER BY line
