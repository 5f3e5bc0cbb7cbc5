"""The engine: from host documents to a dated history of stages and status, in SQL.

``rules``     what a rule set is (plain Python)
``sources``   what a source of dated events is: one SQL branch each
``documents`` the sources: leads, quotations, orders, invoices, ratings, ...
``purchases`` orders and invoices read as purchase days, net of what was taken back
``metrics``   the registry of figures that rules may ask for
``compile``   rule sets as SQL
``staging``   the events of the customers at hand
``figures``   the figures of each customer on each day on which one changes
``rhythm``    the status, judged against the customer's own rhythm
``decisions`` the stage on each day, the moves, and the documents behind them
``timeline``  all of it as one statement, to read ...
``record``    ... or to write where it differs from what is recorded
``explanation`` the same rules in words
``ideas``     which suggestions were adopted
``value_entries`` what customers bring and cost, as dated amounts
``payments``  what customers owe, since when, and how long they take to pay
``value``     all of it summed up, to read or to write
``value_classes`` classes by share of the whole
``payment_bands`` how customers pay, in a word
``segments``  which group a customer is in, by what is known of them
``losses``    what makes a loss
``rfm``       scores by recency, frequency and monetary
``standing``  classes and scores, written where they differ
``sold_lines`` product lines of orders, less what came back
``type_evidence`` what tells a customer's type
``type_rules`` weights and limits, and what each kind of evidence says by them
``customer_type`` the type by points, to read or to write
``price_sensitivity`` how quantities answer to prices
``deciders``  when somebody last had contact with who decides at a customer
``answers``   how fast customers' messages were answered
``data_review`` whose data somebody should look at
``service_levels`` what each customer's service level asks for
``mismatches`` who is not looked after like that, and how many are
``suggestions`` who could look after them
``lead_suggestions`` who should take a lead
``contacts`` every real human touch, and when the last one was
``cadence``   when customers are contacted next, by which rule and why
``cadence_load`` how many contacts the rules make, and by whom
``planned``   what is planned with customers already
``workdays``  on which days people work
``channels`` the words for how people touch each other
``dates``     when something that comes round each year comes next
``reminders`` what people are to be reminded of today, and who of them
``dunning`` which invoices customers are to be reminded of
``return_visits`` after which orders a customer is called on again
``follow_ups`` which contacts are to be planned, handed over, closed or escalated
``day_lines`` what people have to do for customers, and how much of it fits into a day
``ownership`` the history of who looks after whom
``curves``    cumulative curves over customers and over groups of them
``revenue_change`` revenue beside that of the period before, and what makes the change
``white_space`` what comparable customers buy and one does not
``basket``    what is bought together

Nothing here knows a model's business methods: it composes ``SQL`` objects and
runs them on a cursor.
"""
