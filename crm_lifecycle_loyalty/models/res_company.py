from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_reward_kind = fields.Selection(
        selection_add=[("points", "Points on their card")],
        ondelete={"points": lambda companies: companies._forget_lifecycle_points()},
    )

    def _forget_lifecycle_points(self):
        """Reward nothing any more: an amount of long ago must not come to life again."""
        self.write({"lifecycle_reward": False, "lifecycle_reward_kind": "amount"})
