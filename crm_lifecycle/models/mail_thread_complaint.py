import logging

from odoo import api, models

from ..engine.automatic_mail import ANSWER, automatic_kind

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Programs do not complain: what they send by themselves becomes no complaint."""

    _inherit = "mail.thread"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        routes = self._route_complaints(message_dict, routes)
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _route_complaints(self, message_dict, routes):
        """Have whoever sends more complaints than they may write on with the last one.

        So nothing is lost and nobody drowns; the host counts what is written on one, and drops
        what a loop sends without end.
        """
        return [self._route_complaint(message_dict, route) for route in routes or ()]

    @api.model
    def _route_complaint(self, message_dict, route):
        model, thread_id, values, *rest = route
        if model != "crm.complaint" or thread_id:
            return route
        company_id = (values or {}).get("company_id")
        company = self.env["res.company"].browse(company_id) or self.env.company
        last = self.env["crm.complaint"]._get_mail_flood(message_dict, company)
        return (model, last.id, values, *rest) if last else route

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        routes = self._route_complaints(message_dict, routes)
        if automatic_kind(message) != ANSWER:
            return super()._message_route_process(message, message_dict, routes)
        kept = [route for route in routes if route[0] != "crm.complaint"]
        if len(kept) < len(routes):
            _logger.info(
                "Ignored mail from %s with Message-Id %s: a program sent it by itself",
                message_dict.get("email_from"),
                message_dict.get("message_id"),
            )
        return super()._message_route_process(message, message_dict, kept)
