"""The Tianmen data set: the work summary of 2018 as the source document tells it, the plan of 2019, and a living year.

Where only «500多人» is known, what is loaded says «at least 500», never an invented roster.
"""
