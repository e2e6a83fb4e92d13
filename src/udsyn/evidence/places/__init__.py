"""Where work is done, what rises, and where to stand: the questions that need institutions and single works.

chosen.py     the works that a question is about
merged.py     countries that the cubes count as one
density.py    clusters of weighted points on the sphere
gazetteer.py  names and places of cities
hotspots.py   clusters of institutions, their figures
hotspot.py    one of them in full
tracking.py   the same clusters over the years
emerging.py   what grows faster than the world
siting.py     where a centre should stand
kept.py       answers that the record keeps
"""
