from urllib.parse import parse_qsl, urlsplit

from lxml import html

from odoo import http
from odoo.tests import HttpCase, tagged

from .registration_common import RegistrationCase


@tagged("post_install", "-at_install")
class TestRegistrationPages(RegistrationCase, HttpCase):
    """Customers register in the portal, and whoever has the slip without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user("registration_own", cls.customer)
        cls.colleague = cls._create_portal_user("registration_colleague", cls.customer)
        cls.foreign = cls._create_portal_user("registration_foreign", cls.other)
        cls.url = cls.oak._get_register_url().removeprefix(cls.oak.get_base_url())

    def _log_in(self, login="registration_own"):
        """Log in, or be a stranger without a login."""
        self.authenticate(login, login)

    def _post(self, url="/my/registrations/new", **form):
        return self.url_open(
            url,
            data={"csrf_token": http.Request.csrf_token(self), **form},
            allow_redirects=True,
        )

    def _made(self):
        return self.registrations.search([("company_id", "=", self.company.id)], order="id")

    def _key(self, product, lot=None, picking=None):
        return f"{(picking or self.oak).id}-{product.id}-{lot.id if lot else 0}"

    # ------------------------------------------------------------
    # THE PORTAL
    # ------------------------------------------------------------

    def test_by_number(self):
        self._log_in()
        self.assertIn('href="/my/registrations"', self.url_open("/my").text)
        self.assertIn("/my/registrations/new", self.url_open("/my/registrations").text)
        page = self._post(number=" OAK-1 ", note="In the <b>hall</b>").text
        self.assertIn("It is registered", page)
        self.assertIn("OAK-1", page)
        self.assertIn("01/04/2028", page)
        self.assertRecordValues(
            self._made(),
            [
                {
                    "partner_id": self.user.partner_id.id,
                    "lot_id": self.piece.id,
                    "picking_id": self.oak.id,
                    "channel": "portal",
                    "note": "In the <b>hall</b>",
                    "create_uid": self.user.id,
                }
            ],
        )

    def test_without_a_number(self):
        self._log_in()
        form = self.url_open("/my/registrations/new").text
        self.assertIn("Oak Chair", form)
        self.assertNotIn("Oak Table", form)
        self._post(item=self._key(self.chair))
        self.assertEqual((self._made().product_id, self._made().picking_id), (self.chair, self.oak))
        self.assertNotIn("Oak Chair", self.url_open("/my/registrations/new").text)

    def test_what_is_not_theirs_is_refused_alike(self):
        self._create_piece("OAK-2")
        self._log_in("registration_foreign")
        for number in ("OAK-1", "OAK-2", "OAK-3", "%"):
            with self.subTest(number):
                page = self._post(number=number).text
                self.assertIn("delivered nothing with the number", page)
        for form, said in (
            ({"item": self._key(self.chair)}, "choose what you want to register"),
            ({"item": "0 OR 1=1"}, "choose what you want to register"),
            ({}, "enter the number of the product"),
            ({"number": "a" * 151}, "within 150 characters"),
        ):
            with self.subTest(form):
                self.assertIn(said, self._post(**form).text)
        self._log_in()
        page = self._post(number="OAK-1", note="a" * 10_001).text
        self.assertIn("within 10,000 characters", page)
        self.assertFalse(self._made())

    def test_once(self):
        self._log_in()
        self._post(number="OAK-1")
        for login in ("registration_own", "registration_colleague"):
            self._log_in(login)
            self.assertIn("registered already", self._post(number="OAK-1").text)
        self.assertEqual(len(self._made()), 1)

    def test_small_letters_will_do(self):
        self._log_in()
        self._post(number="oak-1")
        self.assertEqual(self._made().lot_id, self.piece)

    def test_signs_of_a_search_find_nothing(self):
        self._log_in()
        for number in ("OAK__", "%", "OAK%"):
            with self.subTest(number):
                self.assertIn("delivered nothing", self._post(number=number).text)
        self.assertFalse(self._made())

    def test_what_came_from_somebody_else_is_registered_already(self):
        own = self._create_piece("ELM-7")
        self._register(lot_id=own.id, partner_id=self.user.partner_id.id)
        self._log_in()
        self.assertIn("registered already", self._post(number="ELM-7").text)

    def test_colleagues_of_the_customer_see_it_and_others_do_not(self):
        self._register(lot_id=self.piece.id, partner_id=self.user.partner_id.id)
        for login, sees in (
            ("registration_own", True),
            ("registration_colleague", True),
            ("registration_foreign", False),
            (None, False),
        ):
            with self.subTest(login):
                self._log_in(login)
                self.assertEqual("OAK-1" in self.url_open("/my/registrations").text, sees)

    def test_nobody_registers_without_end(self):
        self.company.lifecycle_registration_hourly = 1
        self._log_in()
        self._post(number="OAK-1")
        page = self._post(item=self._key(self.chair)).text
        self.assertIn("a lot within one hour", page)
        self.assertEqual(len(self._made()), 1)

    def test_a_company_that_takes_none(self):
        self.company.lifecycle_registration = False
        self._log_in()
        self.assertNotIn("o_lifecycle_new_registration", self.url_open("/my/registrations").text)
        self.assertIn("takes no registrations here", self._post(number="OAK-1").text)
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertFalse(self.oak._get_register_url())
        self.assertFalse(self._made())

    # ------------------------------------------------------------
    # WITHOUT A LOGIN
    # ------------------------------------------------------------

    def test_by_the_code_on_the_slip(self):
        self._log_in(None)
        response = self.url_open(self.url)
        for text in ("Oak Table", "OAK-1", "Oak Chair", self.oak.name):
            self.assertIn(text, response.text)
        self.assertNotIn(self.customer.name, response.text)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        page = self._post(
            self.url,
            item=[self._key(self.table, self.piece), self._key(self.chair)],
            registered_by="Cy <i>at</i> the desk",
        ).text
        self.assertIn("warranty until", page)
        self.assertRecordValues(
            self._made(),
            [
                {
                    "partner_id": self.customer.id,
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "picking_id": self.oak.id,
                    "channel": "public",
                    "registered_by": "Cy <i>at</i> the desk",
                }
                for product, lot in ((self.table, self.piece), (self.chair, self.piece.browse()))
            ],
        )
        page = self.url_open(self.url).text
        self.assertIn("Nothing of this delivery is left to register", page)
        self._log_in()
        page = self.url_open("/my/registrations").text
        self.assertIn("Cy &lt;i&gt;at&lt;/i&gt; the desk", page)

    def test_nothing_but_what_was_delivered(self):
        self._log_in(None)
        with self.at("2026-01-06"):
            foreign = self._deliver_oak(self.other, self._create_piece("OAK-2"))
        for item in ([], [self._key(self.chair, picking=foreign)], ["x"]):
            with self.subTest(item):
                page = self._post(self.url, item=item).text
                self.assertIn("choose what you want to register", page)
        self.assertIn(
            "within 150 characters",
            self._post(self.url, item=self._key(self.chair), registered_by="a" * 151).text,
        )
        self.assertFalse(self._made())

    def test_what_came_back_is_registered_no_more(self):
        with self.at("2026-01-20"):
            self._return(self.oak)
        self._log_in(None)
        page = self._post(self.url, item=self._key(self.table, self.piece)).text
        self.assertIn("choose what you want to register", page)
        self.assertIn("Nothing of this delivery is left to register", page)
        self._log_in()
        page = self._post(number="OAK-1").text
        self.assertIn("delivered nothing with the number OAK-1", page)
        self.assertNotIn("Oak Chair", page)
        self.assertFalse(self._made())

    def test_what_is_registered_and_came_back_is_shown_so(self):
        self._register(lot_id=self.piece.id)
        with self.at("2026-01-20"):
            self._return(self.oak)
        self._log_in()
        page = html.fromstring(self.url_open("/my/registrations").content)
        [row] = page.xpath("//tr[td[text()='OAK-1']]")
        self.assertIn("Came back on 01/20/2026", " ".join(row.text_content().split()))
        self.assertNotIn("2028", row.text_content())

    def test_a_wrong_token_leads_nowhere(self):
        self._log_in(None)
        for token in ("x", "0" * 36, "%" * 36, self.url.split("/")[-1][:-1]):
            with self.subTest(token):
                self.assertEqual(self.url_open(f"/register/{token}").status_code, 404)

    def test_what_is_on_its_way_is_registered_later(self):
        order = self._create_order(self.customer)
        order.order_line.product_id = self.chair
        order.action_confirm()
        picking = order.picking_ids
        url = picking._get_register_url().removeprefix(picking.get_base_url())
        self._log_in(None)
        page = self.url_open(url).text
        self.assertIn("on its way", page)
        self.assertNotIn("Oak Chair", page)

    def test_the_slip_shows_the_code(self):
        report = self.env["ir.actions.report"]

        def render():
            return report._render_qweb_html("stock.report_deliveryslip", self.oak.ids)[0].decode()

        page = html.fromstring(render())
        [block] = page.xpath("//div[@name='lifecycle_register']")
        [picture] = block.xpath(".//img/@src")
        code = dict(parse_qsl(urlsplit(picture).query))
        self.assertEqual(code["barcode_type"], "QR")
        self.assertEqual(code["value"], self.oak.get_base_url() + self.url)
        self.assertEqual(self.url_open(picture).headers["Content-Type"], "image/png")
        self.company.lifecycle_registration = False
        self.assertNotIn("Register your products", render())

    def test_the_token_stays_and_is_nobody_elses_to_read(self):
        self.assertEqual(self.oak._get_register_url(), self.oak.get_base_url() + self.url)
        self.assertNotIn("lifecycle_register_token", self.oak.with_user(self.keeper).fields_get())
        self.assertFalse(self.oak.copy().sudo().lifecycle_register_token)
        self.assertFalse(self.env["stock.picking"]._find_by_register_token(""))
