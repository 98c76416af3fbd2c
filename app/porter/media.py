"""Files by what they hold: their MIME type from the extension of the name, and whether they are pictures."""

# By hand, because Python's table differs from one system and version to the next.
_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "heic": "image/heic",
    "heif": "image/heif", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp", "svg": "image/svg+xml", "ico": "image/x-icon",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "wav": "audio/wav", "ogg": "audio/ogg", "opus": "audio/ogg", "flac": "audio/flac",
    "amr": "audio/amr", "3gp": "audio/3gpp", "caf": "audio/x-caf",
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska", "ogv": "video/ogg",
    "pdf": "application/pdf", "zip": "application/zip", "json": "application/json", "txt": "text/plain", "csv": "text/csv", "html": "text/html",
    "htm": "text/html", "md": "text/markdown", "rtf": "application/rtf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "epub": "application/epub+zip", "ics": "text/calendar", "vcf": "text/vcard",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def extension(name):
    """«jpg» of «photos/Cat.JPG»; "" where there is none."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[1].lower() if "." in last else ""


def type_of(name):
    return _TYPES.get(extension(name), "application/octet-stream")


def is_picture(type_):
    return type_.startswith("image/")
