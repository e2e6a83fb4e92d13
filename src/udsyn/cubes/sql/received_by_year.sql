-- Citations that a work received in its window, the year of publication included, as the source counts them by year.
SELECT received.work, CAST(sum(received.cited_by) AS INTEGER) AS citations
FROM citations_by_year AS received
JOIN works AS cited ON cited.work = received.work
WHERE received.year < cited.year + $window
GROUP BY received.work
