"""Did it work? What an agreement, a centre or a grant did to joint works, with what chance alone could have done.

panel.py     joint works of country pairs by year
gravity.py   the Poisson gravity model, and its refits for pretended agreements
synthetic.py synthetic control, synthetic difference-in-differences
placebo.py   chance: matched placebo pairs, intervals, ranks, minimum detectable effect
estimators.py the four estimators of one pair
study.py     one agreement: what it is compared with, what the data can carry, what the estimators say
pooled.py    all estimators as one test, several agreements together, the rank among other homes
home.py      home's joint works with all countries, and which other homes it is ranked among
verdict.py   the sentence
findings.py  the rows that are printed
fields.py    the fields that an agreement names against the others
sizes.py     bilateral works, those of up to ten countries, and larger ones
report.py    the page on all agreements
first_look.py  the plain model that is often published, and why it misleads
dyads.py     grants and stays: funded dyads against matched unfunded ones
grants.py    which dyads those are, from a file of funded pairs and a record
ledger.py    the ledger of ties as treatment
joint.py     joint works of its pairs, from the record
discontinuity.py funded against turned-down at the line
staggered.py those joined against those not joined, or not yet
instruments.py what an instrument did: both, with their verdicts
chart.py     the event study as a picture
"""
