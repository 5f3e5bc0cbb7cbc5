"""Which files a customer may hand in: pictures, videos and papers, told by name and content.

Names alone can be made up, and what is called a picture may be a page that runs a program in the
browser of whoever opens it.
"""

OFFICE = frozenset(
    {
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
TEXT = frozenset({"text/plain", "text/csv", "application/csv"})
# Not every system knows the newer formats of cameras.
UNKNOWN = "application/octet-stream"
VIDEO = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", UNKNOWN})

#: Ending of the name: what the content may be.
ALLOWED = {
    "csv": TEXT,
    "doc": OFFICE,
    "docx": OFFICE,
    "gif": frozenset({"image/gif"}),
    "heic": frozenset({"image/heic", "image/heif", UNKNOWN}),
    "jpeg": frozenset({"image/jpeg"}),
    "jpg": frozenset({"image/jpeg"}),
    "mov": VIDEO,
    "mp4": VIDEO,
    "ods": OFFICE,
    "odt": OFFICE,
    "pdf": frozenset({"application/pdf"}),
    "png": frozenset({"image/png"}),
    "txt": TEXT,
    "webp": frozenset({"image/webp"}),
    "xls": OFFICE,
    "xlsx": OFFICE,
}


def get_ending(name):
    """Return the ending of a file's name.

    >>> get_ending("Chair.broken.JPG"), get_ending("chair"), get_ending("")
    ('jpg', '', '')
    """
    _stem, dot, ending = (name or "").strip().rpartition(".")
    return ending.lower() if dot else ""


def is_allowed(name, mimetype):
    """Tell whether a file may be handed in.

    :param str name: as the customer calls it
    :param str mimetype: as its content says

    >>> is_allowed("chair.jpg", "image/jpeg")
    True
    >>> is_allowed("chair.jpg", "text/html"), is_allowed("chair.svg", "image/svg+xml")
    (False, False)
    >>> is_allowed("setup.exe", "application/x-dosexec"), is_allowed("chair", "image/png")
    (False, False)
    """
    return mimetype in ALLOWED.get(get_ending(name), ())


def shorten(text, length):
    """Return a text in one line and no longer than so many characters.

    >>> shorten(" The  bench\\n wobbles ", 9), shorten("The bench wobbles", 9), shorten(None, 3)
    ('The benc…', 'The benc…', '')
    """
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"
