"""Awards in the formats that others read: 360Giving, CommonGrants, CSV, CERIF, Crossref and IATI; pure."""
