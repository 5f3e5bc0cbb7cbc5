import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, plaintext2html

# Neither vowels nor what is read as something else: no words come about by chance.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 10
# Characters that are taken of what a friend enters.
LENGTHS = {"name": 100, "email": 254, "phone": 40, "message": 1000}
NAME_LENGTH = 60
# Fewer digits reach nobody.
SHORTEST_PHONE = 5
# What nobody thinks of: it is drawn by lot, or agreed to in the portal.
DRAWN = {"code", "shown_name", "agreed_on"}
# A company takes so many times as much in an hour as by one link.
COMPANY_FACTOR = 10


class CrmLifecycleReferralCode(models.Model):
    """A referrer's link, by which a friend leaves how to be reached.

    The page shows nothing of the referrer but the name that they agreed to.
    """

    _name = "crm.lifecycle.referral.code"
    _description = "Referrer's Link"
    _inherit = ["crm.lifecycle.statement.mixin"]
    _order = "id DESC"
    _rec_name = "code"
    _rec_names_search = ["code", "partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Referrer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The customer, or the contact of theirs, whose link it is.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    code = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._draw_code(),
        help="Drawn by lot, so that nobody guesses it.",
    )
    url = fields.Char(string="Link", compute="_compute_url")
    shown_name = fields.Char(
        string="Name on the Page",
        readonly=True,
        copy=False,
        help="By which name the referrer agreed to be shown to friends; without, the page speaks"
        " of one of our customers.",
    )
    agreed_on = fields.Datetime(
        readonly=True, copy=False, help="When the referrer agreed to the name in the portal."
    )
    active = fields.Boolean(default=True)
    referral_ids = fields.One2many("crm.lifecycle.referral", "code_id", string="Referrals")
    referral_count = fields.Integer(compute="_compute_referral_count")

    # Merged referrers have several, and all of them go on working.
    _code_unique = models.Constraint("UNIQUE(code)", "Another link has this code.")

    @api.model
    def _draw_code(self):
        return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))

    @api.depends("code")
    def _compute_url(self):
        for code in self:
            code.url = f"{code.get_base_url()}/refer/{code.code}"

    @api.depends("referral_ids")
    def _compute_referral_count(self):
        counts = dict(
            self.env["crm.lifecycle.referral"]._read_group(
                [("code_id", "in", self.ids)], ["code_id"], ["__count"]
            )
        )
        for code in self:
            code.referral_count = counts.get(code._origin, 0)

    @api.model
    def _with_customers(self, vals_list):
        """A link is of the contact who shares it, not of their customer."""
        return vals_list

    @api.model
    def default_get(self, fields):
        """Draw the code, whatever defaults of the call or of the user say."""
        defaults = super().default_get([name for name in fields if name not in DRAWN])
        if "code" in fields:
            defaults["code"] = self._draw_code()
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        self._ensure_drawn(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._ensure_drawn([vals])
        if not self.env.su and {"partner_id", "company_id"} & vals.keys():
            raise UserError(
                self.env._(
                    "A link stays whose it is: friends have it already. Make another one for"
                    " somebody else."
                )
            )
        return super().write(vals)

    def _ensure_drawn(self, vals_list):
        """Refuse codes and names that somebody thought of."""
        if not self.env.su and any(DRAWN & vals.keys() for vals in vals_list):
            raise UserError(
                self.env._(
                    "A link's code is drawn by lot, and its name is agreed to by the referrer in"
                    " the portal. Leave both out."
                )
            )

    # ------------------------------------------------------------
    # OF REFERRERS
    # ------------------------------------------------------------

    @api.model
    def _find_of(self, partner, company, limit=1):
        return self.sudo().search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)], limit=limit
        )

    @api.model
    def _portal_stop(self, partner, company):
        """Stop all links of a referrer: who was merged with somebody has several."""
        self._find_of(partner, company, limit=None).active = False

    @api.model
    def _portal_agree(self, partner, company, form):
        """Make a referrer's link, or change the name on its page, as they agree.

        :param partner: the contact who is logged in
        :param dict form: ``shown_name`` and ``agreed`` as filled in
        :raise UserError: with what they have to change
        """
        if not company.sudo().lifecycle_refer_page:
            raise UserError(self.env._("%s takes no referrals here.", company.sudo().name))
        name = " ".join((form.get("shown_name") or "").split())
        if not name or len(name) > NAME_LENGTH:
            raise UserError(
                self.env._("Please enter a name of at most %s characters.", NAME_LENGTH)
            )
        if not form.get("agreed"):
            raise UserError(self.env._("Please agree that your friends see this name."))
        code = self._find_of(partner, company) or self.sudo().create(
            {"partner_id": partner.id, "company_id": company.id}
        )
        code.write({"shown_name": name, "agreed_on": fields.Datetime.now()})
        return code

    # ------------------------------------------------------------
    # OF FRIENDS
    # ------------------------------------------------------------

    @api.model
    def _find_open(self, text):
        """Return the link with a code, nothing where it is not in use."""
        text = (text or "").upper()
        if len(text) != CODE_LENGTH:
            return self.sudo().browse()
        code = self.sudo().search([("code", "=", text)], limit=1)
        if not code.company_id.lifecycle_refer_page or not code.partner_id.active:
            return code.browse()
        return code

    def _ensure_hourly(self):
        """Refuse more within an hour than anybody could have meant."""
        most = self.company_id.lifecycle_refer_hourly
        lately = Domain("create_date", ">", fields.Datetime.now() - timedelta(hours=1))
        referrals = self.env["crm.lifecycle.referral"].sudo()
        by_link = referrals.search_count(lately & Domain("code_id", "=", self.id))
        by_all = referrals.search_count(
            lately & Domain("how", "=", "link") & Domain("company_id", "=", self.company_id.id)
        )
        if by_link >= most or by_all >= most * COMPANY_FACTOR:
            raise UserError(
                self.env._("Too many have used this link just now. Please try again in an hour.")
            )

    def _portal_refer(self, form):
        """Note a friend, who leaves how to be reached, as a lead.

        Whoever is known already is told the same, so that nobody learns who our customers are.

        :param dict form: ``name``, ``email``, ``phone``, ``message``, ``consent`` as filled in
        :raise UserError: with what they have to change
        :return: the lead, empty where there is one of the same address already
        """
        self.ensure_one()
        told = self._read_form(form)
        leads = self.env["crm.lead"].sudo().with_company(self.company_id)
        if self._knows(told):
            return leads.browse()
        self._ensure_hourly()
        lead = leads.with_context(
            lifecycle_referral_how="link", mail_create_nosubscribe=True
        ).create(self._prepare_lead_vals(told))
        lead.env["crm.lifecycle.referral"].search([("lead_id", "=", lead.id)]).write(
            {"code_id": self.id, "consent_on": fields.Datetime.now()}
        )
        return lead

    def _knows(self, told):
        """Tell whether the referrer has named somebody of the same address already, or themselves.

        What became of the lead is the salesperson's decision, also where it is lost.
        """
        leads = self.env["crm.lead"].sudo().with_company(self.company_id)
        named = leads.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("lifecycle_referrer_id", "=", self.partner_id.id),
            ]
        )
        email = email_normalize(told["email"])
        dialled = self._get_dialled(told["phone"])
        customer = self.partner_id.commercial_partner_id
        return any(
            (email and record.email_normalized == email)
            or (dialled and self._get_dialled(record.phone) == dialled)
            for records in (named, customer | customer.child_ids | self.partner_id)
            for record in records
        )

    def _get_dialled(self, phone):
        """Return a telephone number as the host writes it, or its digits where it cannot."""
        if not phone:
            return ""
        written = self.with_company(self.company_id)._phone_format(
            number=phone, country=self.company_id.country_id
        )
        return written or re.sub(r"\D", "", phone).lstrip("0")

    @api.model
    def _read_form(self, form):
        told = {name: " ".join((form.get(name) or "").split()) for name in LENGTHS}
        told["message"] = (form.get("message") or "").strip()
        if any(len(told[name]) > most for name, most in LENGTHS.items()):
            raise UserError(self.env._("Please keep it shorter."))
        if not told["name"]:
            raise UserError(self.env._("Please tell us your name."))
        if told["email"] and not email_normalize(told["email"]):
            raise UserError(self.env._("Please check your mail address."))
        if told["phone"] and len(re.sub(r"\D", "", told["phone"])) < SHORTEST_PHONE:
            raise UserError(self.env._("Please check your telephone number."))
        if not told["email"] and not told["phone"]:
            raise UserError(self.env._("Please leave a mail address or a telephone number."))
        if not form.get("consent"):
            raise UserError(self.env._("Please agree that we contact you."))
        return told

    def _prepare_lead_vals(self, told):
        source = self.env.ref(
            "crm_lifecycle.crm_lifecycle_source_referral_customer", raise_if_not_found=False
        )
        uses_leads = (
            self.env.ref("crm.group_use_lead") in self.env.ref("base.group_user").all_implied_ids
        )
        return {
            "name": self.env._("Referred: %s", told["name"]),
            "type": "lead" if uses_leads else "opportunity",
            "contact_name": told["name"],
            "email_from": told["email"],
            "phone": told["phone"],
            "description": told["message"] and plaintext2html(told["message"]),
            "company_id": self.company_id.id,
            "user_id": False,
            "lifecycle_referrer_id": self.partner_id.id,
            "lifecycle_source_id": source.id if source else False,
        }
