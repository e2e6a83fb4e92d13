-- GLEIF's golden copy, level 2: who owns whom, of relations that stand
SELECT
    'lei' AS scheme,
    "Relationship.StartNode.NodeID" AS id,
    "Relationship.EndNode.NodeID" AS parent,
    CASE "Relationship.RelationshipType" WHEN 'IS_DIRECTLY_CONSOLIDATED_BY' THEN 'direct' ELSE 'ultimate' END AS kind
FROM given
WHERE "Relationship.RelationshipType" IN ('IS_DIRECTLY_CONSOLIDATED_BY', 'IS_ULTIMATELY_CONSOLIDATED_BY')
    AND coalesce("Relationship.RelationshipStatus", 'ACTIVE') = 'ACTIVE'
    AND regexp_full_match("Relationship.StartNode.NodeID", '[0-9A-Z]{18}[0-9]{2}')
    AND regexp_full_match("Relationship.EndNode.NodeID", '[0-9A-Z]{18}[0-9]{2}')
