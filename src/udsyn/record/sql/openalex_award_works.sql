SELECT award, short_id(work) AS work
FROM (SELECT object AS award, unnest(funded_outputs) AS work FROM incoming)
WHERE work IS NOT NULL AND short_id(work) IS NOT NULL
