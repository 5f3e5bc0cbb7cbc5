"""The command ``make bench``, up to where Odoo's environment takes over."""

import os

from .. import prepare
from ..console import Failure
from . import data
from .sizes import Size


def run():
    """Generate databases of the sizes that ``SIZE`` or ``SIZES`` name, 10k by default."""
    text = os.environ.get("SIZES") or os.environ.get("SIZE") or "10k"
    try:
        sizes = [Size.parse(part) for part in text.split(",")]
    except ValueError as error:
        raise Failure(str(error)) from error
    prepare.ensure()
    fresh = bool(os.environ.get("FRESH"))
    for size in sizes:
        data.room(size)
        data.ensure_pristine(size, fresh)
