from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import api, models

# Of how many days ahead people's time is looked up.
HORIZON = 90
# Working hours of those for whom no working time is set.
DEFAULT_HOURS = 8


class CrmLifecycleDayCapacity(models.AbstractModel):
    """How many minutes people have for customers on a day.

    That is a share of their working time, see the settings; on days off it is none.
    """

    _name = "crm.lifecycle.day.capacity"
    _description = "Time for Customers"

    @api.model
    def _get_minutes(self, users, first, count=1):
        """Return the minutes that users have on some days, ``{user id: {day: minutes}}``.

        :param date first: the first of the days
        :param int count: number of days
        """
        days = [first + timedelta(days=number) for number in range(count)]
        # Whoever may see what somebody has to do may know whether they are there.
        users = users.sudo()
        hours = self._get_hours(users, days)
        return {
            user.id: {
                day: int(hours[user.id, day] * 60 * user.company_id.lifecycle_day_share / 100)
                for day in days
            }
            for user in users
        }

    @api.model
    def _get_hours(self, users, days):
        """Return the working hours of users on days, ``{(user id, day): hours}``.

        Users of the same calendar are looked up together.
        """
        hours = defaultdict(float)
        shifts = defaultdict(list)
        for user in users:
            resource = user.resource_ids.filtered(
                lambda resource, user=user: resource.company_id == user.company_id
            )[:1]
            calendar = resource.calendar_id or user.company_id.resource_calendar_id
            zone = (resource.tz if resource.calendar_id else calendar.tz) or "UTC"
            shifts[calendar, user.company_id, zone].append((user, resource))
        for (calendar, company, zone), people in shifts.items():
            if not calendar:
                hours.update(
                    {(user.id, day): DEFAULT_HOURS for user, _resource in people for day in days}
                )
                continue
            resources = self.env["resource.resource"].sudo()
            resources = resources.union(*(resource for _user, resource in people))
            zone = timezone(zone)
            worked = calendar._work_intervals_batch(
                zone.localize(datetime.combine(days[0], time.min)),
                zone.localize(datetime.combine(days[-1], time.max)),
                resources=resources,
                # Holidays of other companies leave this one at work.
                domain=[("time_type", "=", "leave"), ("company_id", "in", [False, company.id])],
                tz=zone,
            )
            for user, resource in people:
                for start, stop, _attendance in worked[resource.id]:
                    hours[user.id, start.date()] += (stop - start).total_seconds() / 3600
        return hours

    @api.model
    def _get_working_days(self, user, after, count=HORIZON):
        """Return the days after a day on which somebody has time, ``{day: minutes}``."""
        days = self._get_minutes(user, after + timedelta(days=1), count)[user.id]
        return {day: minutes for day, minutes in days.items() if minutes}

    @api.model
    def _get_next_day(self, user, after, number=1):
        """Return the day that is so many of somebody's working days after a day.

        Of whoever is away for long it is the calendar's day: somebody else is to find it.
        """
        days = list(self._get_working_days(user, after))
        return days[number - 1] if len(days) >= number else after + timedelta(days=number)
