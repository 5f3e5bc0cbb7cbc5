from itertools import zip_longest

from odoo import models

from .crm_lifecycle_policy import (
    LOYALTY_SETTINGS,
    PAYMENT_SETTINGS,
    PERCENTAGES,
    RULE_SETTINGS,
    STATUS_SETTINGS,
    TYPE_SETTINGS,
    VALUE_SETTINGS,
)

# Which side of a value a condition leaves open: a limit that moved is one change.
_SIDES = {">=": "low", ">": "low", "=": "exact", "<=": "high", "<": "high"}


class CrmLifecyclePolicy(models.Model):
    """What differs between two versions, in words."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    def _get_differences(self, other):
        """Return what this version changes in an older one.

        :param other: the older version
        :return: list of (subject, old, new), where None is something that is not there
        """
        self.ensure_one()
        other.ensure_one()
        return self._get_setting_differences(other) + self._get_stage_differences(other)

    def _get_setting_differences(self, other):
        names = (
            *RULE_SETTINGS,
            "override_needs_approval",
            *STATUS_SETTINGS,
            *VALUE_SETTINGS,
            *PAYMENT_SETTINGS,
            *TYPE_SETTINGS,
            *LOYALTY_SETTINGS,
        )
        return [
            (
                self._fields[name]._description_string(self.env),
                other._format_setting(name),
                self._format_setting(name),
            )
            for name in names
            if self[name] != other[name]
        ]

    def _format_setting(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return f"{value:g}%" if name in PERCENTAGES else f"{value:g}"

    def _get_stage_differences(self, other):
        before, after = other.criterion_ids._get_groups(), self.criterion_ids._get_groups()
        differences = []
        for code, stage in self.env["crm.lifecycle.stage"]._by_code().items():
            old, new = (
                [
                    [criterion._get_condition() for criterion in criteria]
                    for criteria in groups.get(code, {}).values()
                ]
                for groups in (before, after)
            )
            # Alternatives that are in both, whatever their number, are no change.
            same = [group for group in old if _find(group, new) is not None]
            for group in same:
                if (match := _find(group, new)) is not None:
                    new.remove(match)
                    old.remove(group)
            for number, (old_group, new_group) in enumerate(
                zip_longest(old, new, fillvalue=()), start=1
            ):
                # Which alternative matters only where there are several changed ones.
                subject = (
                    self.env._("%(stage)s, change %(number)s", stage=stage.name, number=number)
                    if max(len(old), len(new)) > 1
                    else stage.name
                )
                differences += [
                    (subject, old_words, new_words)
                    for old_words, new_words in self._get_group_differences(old_group, new_group)
                ]
        return differences

    def _get_group_differences(self, old, new):
        """Yield the conditions that differ, in words, as (old, new)."""
        old_by_key = {_get_key(condition): condition for condition in old}
        new_by_key = {_get_key(condition): condition for condition in new}
        for key in dict.fromkeys([*old_by_key, *new_by_key]):
            before, after = old_by_key.get(key), new_by_key.get(key)
            if before != after:
                yield tuple(
                    condition and self._describe_condition(condition)
                    for condition in (before, after)
                )

    def _describe_condition(self, condition):
        return self.env["crm.lifecycle.criterion"]._describe(condition, self.company_id)


def _find(group, groups):
    """Return the group of the same conditions, in whatever order, if there is one."""
    return next((other for other in groups if set(other) == set(group)), None)


def _get_key(condition):
    return (condition.metric, condition.months, _SIDES[condition.operator])
