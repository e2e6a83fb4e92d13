-- families by the beginnings of their symbols; Y tags, it does not class
SELECT DISTINCT family, left(symbol, {length}) AS symbol
FROM family_class WHERE scheme = 'cpc' AND symbol NOT LIKE 'Y%'
