"""The engine: from host documents to a dated history of stages, in SQL.

``sources``   what a source of dated events is: one SQL branch each
``documents`` the sources: leads, quotations, orders, invoices, ratings, ...
``purchases`` orders and invoices read as purchase days, net of what was taken back
``rules``     which facts make which stage
``timeline``  facts summed up day by day, the stage on each day, today's figures
``history``   what a freshly derived history adds to the recorded one (plain Python)

Nothing here knows a model's business methods: it composes ``SQL`` objects and
runs them on a cursor.
"""
