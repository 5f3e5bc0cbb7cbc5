from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.tools import email_normalize

from ..engine import sources


class CrmLifecycleSurveyRequest(models.Model):
    """Asking: who may be asked now is sent a mail with a link of their own."""

    _inherit = "crm.lifecycle.survey.request"  # pylint: disable=consider-merging-classes-inherited

    def _ask(self):
        """Ask by mail, as far as nothing speaks against it; all of one company.

        Of several requests to one customer, or one address, the first is sent.

        :return: whether there are mails to send
        """
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        self._turn_to_customers()
        templates = self._get_templates()
        chosen = self.browse()
        for request, obstacle in self._find_obstacles(templates, today):
            if obstacle:
                request.write(obstacle)
            else:
                chosen |= request
        for survey_round, requests in chosen.grouped("round_id").items():
            requests._send(templates[survey_round], today)
        return bool(chosen)

    def _get_askable(self):
        """Return whom a run of the job would ask at this moment; all of one company."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        ready = self.filtered(
            lambda request: (
                request.state == "due"
                and request.date_due <= today
                and (not request.date_retry or request.date_retry <= today)
            )
        )
        if not ready:
            return ready
        # As the job takes them.
        found = ready.sorted("id")._find_obstacles(ready._get_templates(), today)
        return self.browse().union(*(request for request, obstacle in found if not obstacle))

    def _get_templates(self):
        """Return the template of each round, False where nobody can be asked."""
        return {
            survey_round: not survey_round._get_obstacle() and survey_round._get_template()
            for survey_round in self.round_id
        }

    def _find_obstacles(self, templates, today):
        """Return what speaks against each request in turn, ``[(request, values or None)]``.

        Of several requests to one customer, or one address, the first is sent. Those of rounds
        that can ask nobody wait, until somebody mends the survey or it is too late.
        """
        blocks = (self.person_id | self.partner_id)._get_contact_block(channel="mail")
        asked = self._get_asked_lately(today)
        found = []
        for request in self:
            template = templates[request.round_id]
            if template is False:
                continue
            obstacle = request._get_obstacle(template, blocks, asked, today)
            found.append((request, obstacle))
            if not obstacle:
                for key in request._get_asked_keys():
                    asked[key] = today
        return found

    def _turn_to_customers(self):
        """Ask the customers themselves in place of contacts who left."""
        for request in self:
            if not request.person_id.active and request.partner_id.active:
                request.person_id = request.partner_id

    def _get_asked_keys(self):
        """Return what is sent one survey at a time: the customer, and the address."""
        self.ensure_one()
        address = self.person_id.email_normalized
        return [self.partner_id.id, *([address] if address else [])]

    def _get_asked_lately(self, today):
        """Return when customers and addresses were last sent a survey, ``{id or address: day}``."""
        self.env.flush_all()
        found = {}
        since = today - timedelta(days=max(self.round_id.mapped("gap_days"), default=0) + 1)
        asked = (
            self.partner_id.ids,
            list(filter(None, self.person_id.mapped("email_normalized"))),
        )
        company_id = self.company_id.id
        for query in (
            sources.last_asked(company_id, since, *asked),
            sources.last_shared(fields.Datetime.now(), company_id, *asked),
        ):
            for customer_id, address, day in self.env.execute_query(query):
                for key in filter(None, (customer_id, address)):
                    found[key] = max(day, found.get(key, day))
        return found

    def _get_obstacle(self, template, blocks, asked, today):
        """Return what to write where a person is not asked now, None where they are."""
        self.ensure_one()
        person, customer = self.person_id, self.partner_id
        found = [
            block
            for block in (blocks.get(person), blocks.get(customer))
            if block and block["blocked"]
        ]
        if not person.active or person.is_blacklisted or any(not b["earliest"] for b in found):
            return {"state": "withdrawn", "reason": "refused"}
        if not email_normalize(person.email or ""):
            return {"state": "withdrawn", "reason": "no_address"}
        # Nobody is sent two on one day, whatever the round says.
        gap = timedelta(days=max(self.round_id.gap_days, 1))
        if any(key in asked and asked[key] + gap > today for key in self._get_asked_keys()):
            return {"state": "withdrawn", "reason": "lately"}
        if not template:
            return {"state": "failed", "reason": "no_template"}
        if found:
            return {"date_retry": max(block["earliest"] for block in found)}
        return None

    def _send(self, template, today):
        """Make the answers with their links, and the mails to each person alone; all of one round,
        and with as many queries for many as for one.

        What fails for one fails for all; the job then tries with ever fewer.
        """
        survey_round = self.round_id
        question = survey_round.question_id
        scale_min, scale_max = question._get_lifecycle_scale()
        last_day = today + timedelta(days=survey_round.answer_days)
        answers = survey_round.survey_id._create_lifecycle_answers(
            self.person_id, self._get_end_of(last_day)
        )
        self.write(
            {
                "state": "asked",
                "reason": False,
                "date_asked": today,
                "date_deadline": last_day,
                "question_id": question.id,
                "scale_min": scale_min,
                "scale_max": scale_max,
            }
        )
        for request in self:
            request.user_input_id = answers[request.person_id]
        mails = template.send_mail_batch(
            self.ids,
            # The link stands in it.
            email_values={"auto_delete": True},
            email_layout_xmlid="mail.mail_notification_light",
        )
        for request, mail in zip(self, mails, strict=True):
            request.mail_id = mail

    def _get_end_of(self, day):
        """Return the last moment of a day of the company, in UTC."""
        zone = pytz.timezone(self.env["crm.lifecycle.period.mixin"]._get_zone())
        end = zone.localize(datetime.combine(day + timedelta(days=1), time.min))
        return fields.Datetime.to_datetime(
            (end.astimezone(pytz.utc) - timedelta(seconds=1)).replace(tzinfo=None)
        )
