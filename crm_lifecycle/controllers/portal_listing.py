"""What lists in the portal have in common."""

from odoo.addons.portal.controllers.portal import pager


def list_page(
    records, domain, url, page, step, sortings=None, filters=None, sortby=None, filterby=None
):
    """Return one page of a list in the portal, and what its template says around it.

    :param records: the model as the visitor reads it; who may not sees an empty list
    :param domain: of what the visitor lists
    :param int step: records of a page
    :param dict sortings: ``{key: {"label", "order"}}``, the first one unless another is chosen
    :param dict filters: ``{key: {"label", "domain"}}``, the first one unless another is chosen
    :param str sortby: the sorting that the visitor asks for
    :param str filterby: the filter that the visitor asks for
    :return: the records, and ``{name: value}`` for the template
    """
    values, order = {}, None
    if sortings:
        sortby = _choose(sortings, sortby)
        order = sortings[sortby]["order"]
        values |= {"searchbar_sortings": sortings, "sortby": sortby}
    if filters:
        filterby = _choose(filters, filterby)
        domain &= filters[filterby]["domain"]
        values |= {"searchbar_filters": filters, "filterby": filterby}
    may_read = records.has_access("read")
    pages = pager(
        url=url,
        url_args={name: values[name] for name in ("sortby", "filterby") if name in values},
        total=records.search_count(domain) if may_read else 0,
        page=page,
        step=step,
    )
    if may_read:
        records = records.search(domain, order=order, limit=step, offset=pages["offset"])
    return records, {**values, "pager": pages, "default_url": url}


def _choose(choices, wanted):
    return wanted if wanted in choices else next(iter(choices))
