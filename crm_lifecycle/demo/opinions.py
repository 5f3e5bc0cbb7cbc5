from datetime import timedelta
from typing import NamedTuple

from odoo import api, models


class Opinion(NamedTuple):
    """What a customer said some days ago, on the scale of 1 to 5."""

    customer: str
    days: int
    value: int
    note: str = ""


# Half a year has passed since most of them: who bought again is known. Those very satisfied did,
# all but one; of the satisfied ones some, of the dissatisfied ones nobody.
SAN_FRANCISCO = (
    Opinion("evergreen_nora", 380, 5, "We show the booths to every visitor."),
    Opinion("monterey_hugo", 540, 5),
    Opinion("lantern_sofia", 500, 5, "Our tellers had one day without desks, as you promised."),
    Opinion("lantern_sofia", 80, 5),
    Opinion("tidewater_ines", 430, 5, "The crew lockers survive the crew."),
    Opinion("pacific_dealers_rick", 300, 5),
    Opinion("stonebridge_omar", 420, 5, "You asked what we work on before you drew a line."),
    Opinion("summit", 420, 5, "All four branches look as if they had always been like that."),
    Opinion("cornerstone", 560, 4),
    Opinion("food_bank", 500, 4, "Good lockers; the hinges were adjusted twice."),
    Opinion("lakeside", 240, 4),
    Opinion("orchard", 700, 4),
    Opinion("maple_grove", 295, 4, "Readers like it. The invoice took six weeks."),
    Opinion("northwind", 300, 3, "The colour is not quite what we had chosen."),
    Opinion("juniper", 400, 3),
    Opinion("pinecrest", 480, 2, "Our office manager left, and nobody noticed."),
    Opinion("mission", 198, 1, "It did not fit through the door."),
)
SHANGHAI = (
    Opinion("chenguang_li", 460, 5, "材料室的柜子尺寸刚刚好。"),
    Opinion("chenguang_li", 100, 4),
    Opinion("yunshan_wu", 400, 5, "护士站的台面很好打理。"),
    Opinion("lanwan_zheng", 300, 5),
    Opinion("pujiang_wang", 380, 5, "客户都夸理财中心。"),
    Opinion("pujiang_wang", 120, 5),
    Opinion("lingnan_feng", 440, 5),
    Opinion("lingnan_feng", 70, 4, "备货比去年快。"),
    Opinion("jiahe", 600, 4),
    Opinion("jiahe", 150, 3, "换了联系人之后回复慢了。"),
    Opinion("jinxiu", 450, 4),
    Opinion("jinxiu", 60, 2, "展厅方案改了三次。"),
    Opinion("haian", 700, 4),
    Opinion("minghui", 390, 4, "设备不错，送货晚了一天。"),
    Opinion("xingtu", 190, 4),
)


class CrmLifecycleDemo(models.AbstractModel):
    """What customers told their salespeople, long enough ago to see what came of it."""

    _inherit = "crm.lifecycle.demo"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _hear_opinions(self):
        """Note what was said, by whoever looks after the customer."""
        for name, opinions in (
            ("base.main_company", SAN_FRANCISCO),
            ("crm_lifecycle.company_shanghai", SHANGHAI),
        ):
            company = self.env.ref(name)
            self.env["crm.lifecycle.satisfaction.statement"].with_company(company).create(
                [self._prepare_opinion(opinion, company) for opinion in opinions]
            )

    @api.model
    def _prepare_opinion(self, opinion, company):
        person = self.env.ref(f"crm_lifecycle.partner_{opinion.customer}")
        today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
        seller = person.user_id or person.commercial_partner_id.user_id
        return {
            "partner_id": person.id,
            "company_id": company.id,
            "user_id": (seller or self.env.user).id,
            "scale": "five",
            "value": opinion.value,
            "date": today - timedelta(days=opinion.days),
            "note": opinion.note,
        }
