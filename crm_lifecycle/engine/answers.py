"""How fast a customer's messages were answered, from what the host records.

A message of the customer's that people sent, on any document, is answered by the next
message that a colleague sends on the same one; notes among colleagues are no answer. Of
several messages in a row each waits for the same answer.
"""

from odoo.tools import SQL


def reading(customers, company, since):
    """Return the query of how fast customers were answered.

    A row a customer: id, number of messages, of those that were answered, and the median
    of the hours until the answer.

    :param list customers: ids of customers
    :param int company: id of the company that answers
    :param datetime since: of messages sent from then on, UTC
    """
    return SQL(
        """SELECT author.commercial_partner_id, COUNT(*), COUNT(answer.date),
                  PERCENTILE_CONT(0.5) WITHIN GROUP (
                      ORDER BY EXTRACT(EPOCH FROM answer.date - message.date) / 3600)
             FROM res_partner author
             JOIN mail_message message ON message.author_id = author.id
        LEFT JOIN LATERAL (
                  SELECT reply.date
                    FROM mail_message reply
                    JOIN res_users colleague ON colleague.partner_id = reply.author_id
                     AND NOT colleague.share AND colleague.id <> 1
               LEFT JOIN mail_message_subtype subtype ON subtype.id = reply.subtype_id
                   WHERE reply.model = message.model AND reply.res_id = message.res_id
                     AND reply.id > message.id
                     AND reply.message_type IN ('comment', 'email')
                     AND NOT COALESCE(subtype.internal, reply.is_internal, FALSE)
                ORDER BY reply.id LIMIT 1) answer ON TRUE
            WHERE author.commercial_partner_id = ANY(%(customers)s)
              AND message.message_type IN ('comment', 'email')
              AND message.model <> 'discuss.channel' AND message.res_id <> 0
              AND COALESCE(message.record_company_id, %(company)s) = %(company)s
              AND message.date >= %(since)s
         GROUP BY author.commercial_partner_id""",
        customers=customers,
        company=company,
        since=since,
    )
