-- families by field of technology: a symbol is of the field of its main group, else of its subclass. CPC's own groups
-- from 2000 on are no groups of IPC, whose symbols the fields are told by
WITH symbols AS (
    SELECT family, left(symbol, 4) AS subclass, split_part(symbol, '/', 1) AS main
    FROM family_class
    WHERE scheme = 'cpc' AND symbol NOT LIKE 'Y%' AND coalesce(TRY_CAST(substr(split_part(symbol, '/', 1), 5) AS INTEGER), 0) < 2000
)
SELECT DISTINCT family, coalesce(narrow.field, wide.field) AS symbol
FROM symbols
LEFT JOIN class_field AS narrow ON narrow.symbol = main
LEFT JOIN class_field AS wide ON wide.symbol = subclass
WHERE coalesce(narrow.field, wide.field) IS NOT NULL
