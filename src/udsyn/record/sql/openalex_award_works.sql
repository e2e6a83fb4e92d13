SELECT award, work
FROM (SELECT object AS award, short_id(unnest(funded_outputs)) AS work FROM incoming)
WHERE work IS NOT NULL
