"""Lists of restrictive measures: readers of the forms in which they are published, and the shelf they stand on.

No list is shipped. Whoever loads one has its licence; the record keeps it with its source and the day of loading.
"""
