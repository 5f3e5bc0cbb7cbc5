from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.tools import format_date

# The hours of a day; whoever wants quiet until then wants it for the rest of the day.
DAY_END = 24.0


class ResPartner(models.Model):
    """Whether something of ours may reach a contact now: asked by everything that would."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _get_contact_block(self, channel=None, moment=None, automated=True):
        """Tell of whom of the contacts something speaks against reaching them, and what.

        Everything of ours that would reach customers asks here, and nowhere else: follow-ups,
        mailings, surveys. A bridge leaves out who is ``blocked``, such as::

            blocks = partners._get_contact_block(channel="mail")
            partners = partners.filtered(
                lambda partner: not blocks.get(partner, {}).get("blocked")
            )

        A person is told instead, and may know better: for them nothing is ``blocked``.
        The customer's wishes count for all of their people, each person's beside these. What
        is too soon follows from the last real contact with the customer in the current company
        and from what a bridge sent, see ``_get_lifecycle_last_sent``.

        :param str channel: by what they would be reached, see ``engine.channels``
        :param datetime moment: when, in UTC; now without
        :param bool automated: nobody looks at it before it is sent
        :return: ``{partner: {"blocked": bool, "warning": bool, "reason": str,
            "earliest": date}}`` of those alone against whom something speaks; ``earliest`` is
            False where there is no such day
        """
        moment = moment or fields.Datetime.now()
        company = self.env.company.sudo()
        company_tz = self.env["crm.lifecycle.period.mixin"]._get_zone()
        contacts = self.sudo()
        profiles = {
            profile.partner_id: profile
            for profile in self.env["crm.lifecycle.profile"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "in", contacts.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                ]
            )
        }
        sent = contacts._get_lifecycle_last_sent()
        found = {}
        for partner, contact in zip(self, contacts, strict=True):
            zone = contact.tz or contact.commercial_partner_id.tz or company_tz
            local = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
            profile = profiles.get(contact.commercial_partner_id)
            reasons, earliest = contact._get_contact_reasons(profile, local, sent.get(contact))
            other = contact._get_other_channel(channel)
            if reasons:
                found[partner] = {"blocked": automated, "warning": not automated}
            elif other:
                # They may still be reached so, only rather not.
                found[partner], earliest = {"blocked": False, "warning": True}, local.date()
            if partner in found:
                found[partner]["reason"] = " ".join([*reasons, *other])
                found[partner]["earliest"] = earliest
        return found

    def _get_lifecycle_last_sent(self):
        """Return when something that nobody wrote by hand reached contacts last.

        For bridges, such as one of mailings: the least gap counts from it as well.

        :return: ``{partner: date}``, contacts unknown of left out
        """
        return {}

    def _get_contact_reasons(self, profile, local, sent):
        """Return what speaks against reaching a contact, and the first day when nothing does.

        :param profile: the customer's, or None
        :param datetime local: the moment in the contact's time zone
        :param date sent: see ``_get_lifecycle_last_sent``
        """
        self.ensure_one()
        wishes = self | self.commercial_partner_id
        refusing = wishes.filtered("lifecycle_opt_out")[:1]
        if refusing:
            said = refusing.lifecycle_opt_out_reason
            reason = (
                self.env._(
                    "%(who)s wants no contact: %(reason)s.",
                    who=refusing.name,
                    reason=said.rstrip("."),
                )
                if said
                else self.env._("%s wants no contact.", refusing.display_name)
            )
            return [reason], False
        today = local.date()
        reasons, earliest = [], today
        for day, reason in (
            self._get_too_soon(profile, wishes, sent),
            self._get_quiet_until(wishes),
        ):
            if day and day > today:
                reasons.append(reason)
                earliest = max(earliest, day)
        quiet_days = set(
            "".join(wishes.filtered("lifecycle_quiet_weekdays").mapped("lifecycle_quiet_weekdays"))
        )
        if str(today.isoweekday()) in quiet_days:
            reasons.append(self.env._("It is a quiet day of theirs."))
        hour = local.hour + local.minute / 60
        for wish in wishes:
            start, end = wish.lifecycle_quiet_from, wish.lifecycle_quiet_to
            if _is_quiet(hour, start, end):
                reasons.append(
                    self.env._(
                        "They want quiet from %(start)s to %(end)s.",
                        start=_say_hour(start),
                        end=_say_hour(end),
                    )
                )
                if earliest == today and _is_rest_of_day(hour, start, end):
                    earliest += timedelta(days=1)
                break
        if len(quiet_days) < 7:
            while str(earliest.isoweekday()) in quiet_days:
                earliest += timedelta(days=1)
        else:
            # Those of the customer and of the person together leave no day.
            earliest = False
        return reasons, earliest

    def _is_lifecycle_quiet_day(self, day):
        """Tell whether a contact, or their customer, is not to be reached on a day at all.

        Somebody whom every day of the week is quiet has none that is better than another.
        """
        self.ensure_one()
        # Not as one recordset: each is fetched together with its like.
        wishes = (self.sudo(), self.sudo().commercial_partner_id)
        quiet_days = set("".join(wish.lifecycle_quiet_weekdays or "" for wish in wishes))
        return (
            len(quiet_days) < 7
            and str(day.isoweekday()) in quiet_days
            or any(
                wish.lifecycle_quiet_until and wish.lifecycle_quiet_until > day for wish in wishes
            )
        )

    def _get_too_soon(self, profile, wishes, sent):
        """Return the first day that is not too soon after the last contact, and what to say."""
        last = max(filter(None, [profile and profile.last_contact_date, sent]), default=None)
        wish = max(wishes.mapped("lifecycle_contact_gap"))
        gap = max(profile.cadence_id.gap_min if profile else 0, wish)
        if not last or not gap:
            return None, ""
        terms = {"date": format_date(self.env, last), "days": gap}
        return last + timedelta(days=gap), (
            self.env._(
                "Last contact on %(date)s, and they want %(days)s days between contacts.", **terms
            )
            if gap == wish
            else self.env._(
                "Last contact on %(date)s, and their cadence leaves %(days)s days between"
                " contacts.",
                **terms,
            )
        )

    def _get_quiet_until(self, wishes):
        day = max(filter(None, wishes.mapped("lifecycle_quiet_until")), default=None)
        return day, day and self.env._("They want quiet until %s.", format_date(self.env, day))

    def _get_other_channel(self, channel):
        """Return what to say where a contact prefers another channel, a list of one or none."""
        self.ensure_one()
        wanted = (
            self.lifecycle_contact_channel or self.commercial_partner_id.lifecycle_contact_channel
        )
        if not channel or not wanted or wanted == channel:
            return []
        labels = dict(self._fields["lifecycle_contact_channel"]._description_selection(self.env))
        return [self.env._("They prefer another channel: %s.", labels[wanted])]


def _is_quiet(hour, start, end):
    """Tell whether an hour is a quiet one; quiet may last over midnight."""
    if start == end:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def _is_rest_of_day(hour, start, end):
    """Tell whether quiet lasts until the next day."""
    return end >= DAY_END if start < end else hour >= start


def _say_hour(hour):
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02}"
