"""The desk's invention: half a year of a ministry, its centres and their clients. The desk knows nothing of it."""
