"""Bad images of every format: name -> file, written by hand or by damaging a good one."""

from __future__ import annotations

import io
import os
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["FORMATS", "bad_pictures", "good_picture", "pixels"]

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP")
HUGE = 60_000
"""A side that any header can promise but WebP's, which has 14 bits."""


def pixels() -> np.ndarray:
    """What the good pictures show, before they are compressed."""
    return np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)


def good_picture(kind: str) -> bytes:
    stream = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    Image.fromarray(pixels()).save(stream, kind, **options)
    return stream.getvalue()


def bad_pictures(folder: Path) -> dict[str, Path]:
    """All kinds, written into a folder; those this system cannot make are left out."""
    made = {}
    for number, (name, data) in enumerate((*_damaged(), *_crafted())):
        made[name] = folder / f"{number:03}.png"
        made[name].write_bytes(data)
    return made | _no_files(folder)


# ---- every format, damaged in the same ways ----


def _damaged() -> Iterator[tuple[str, bytes]]:
    for kind in FORMATS:
        data = good_picture(kind)
        for name, damage in DAMAGES.items():
            yield f"{kind} {name}", damage(data)
        other = good_picture(FORMATS[FORMATS.index(kind) - 1])
        yield f"{kind} with the body of another", data[:16] + other[16:]
        for name, (width, height) in {"of no width": (0, 48), "of no height": (64, 0), "bomb": (HUGE, HUGE)}.items():
            yield f"{kind} {name}", _resized(kind, data, width, height)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda data: data[: len(data) // 2],
    "without its last hundred bytes": lambda data: data[:-100],
    "of twenty bytes": lambda data: data[:20],
    "of its magic alone": lambda data: data[:8],
    "of magic and noise": lambda data: data[:8] + np.random.default_rng(1).bytes(4000),
    "with zeros inside": lambda data: data[: len(data) // 3] + bytes(400) + data[len(data) // 3 + 400 :],
    "with ones inside": lambda data: data[:30] + b"\xff" * 60 + data[90:],
    "with noise behind": lambda data: data + np.random.default_rng(2).bytes(4000),
    "twice": lambda data: data + data,
}


def _resized(kind: str, data: bytes, width: int, height: int) -> bytes:
    """The same file with other numbers in its header."""
    out = bytearray(data)
    if kind == "PNG":
        out[16:24] = struct.pack(">II", width, height)
        out[29:33] = struct.pack(">I", zlib.crc32(out[12:29]))
    elif kind == "BMP":
        out[18:26] = struct.pack("<ii", width, height)
    elif kind == "GIF":
        out[6:10] = struct.pack("<HH", width, height)
        at = out.index(b",", 13 + 3 * (2 << (out[10] & 7)))
        out[at + 5 : at + 9] = struct.pack("<HH", width, height)
    elif kind == "JPEG":
        at = out.index(b"\xff\xc0")
        out[at + 5 : at + 9] = struct.pack(">HH", height, width)
    elif kind == "TIFF":
        for tag, value in ((256, width), (257, height)):
            at = out.index(struct.pack("<HHI", tag, 4, 1)) if struct.pack("<HHI", tag, 4, 1) in out else -1
            at = at if at >= 0 else out.index(struct.pack("<HHI", tag, 3, 1))
            out[at : at + 12] = struct.pack("<HHII", tag, 4, 1, value)
    else:  # a canvas that is larger than its picture
        canvas = b"".join(struct.pack("<I", (side - 1) % 2**24)[:3] for side in (width, height))
        body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas + data[12:]
        return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    return bytes(out)


# ---- one format each ----


def _crafted() -> Iterator[tuple[str, bytes]]:
    yield from _jpegs()
    yield from _pngs()
    yield from _gifs()
    yield from _tiffs()
    yield from _bmps()
    webp = good_picture("WEBP")
    yield "WEBP longer than it says", webp[:4] + struct.pack("<I", 20) + webp[8:]
    yield "WEBP shorter than it says", webp[:4] + struct.pack("<I", 2**31) + webp[8:]
    yield "RIFF that is no WEBP", b"RIFF\x24\0\0\0WAVEfmt " + bytes(24)
    yield "empty", b""
    yield "one byte", b"\x89"
    yield "text", b"This is not a picture.\n"
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"
    yield "vector graphics", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'
    yield "portable pixmap", b"P6 99999 99999 255 abc"
    yield "icon", b"\0\0\1\0\1\0" + bytes(60)
    yield "photoshop", b"8BPS\0\1" + bytes(60)
    yield "zip", b"PK\x03\x04" + bytes(60)


def _jpegs() -> Iterator[tuple[str, bytes]]:
    data = good_picture("JPEG")
    exif = b"Exif\0\0II*\0\x08\0\0\0"

    def behind_start(marker: int, body: bytes, times: int = 1) -> bytes:
        return data[:2] + (bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body) * times + data[2:]

    yield "JPEG of ten thousand scans", _scans(10_000)
    yield "JPEG of three million segments", behind_start(0xE5, b"", 3_000_000)
    yield "JPEG without tables", data.replace(b"\xff\xc4", b"\xff\xfe").replace(b"\xff\xdb", b"\xff\xfe")
    yield "JPEG with a broken colour profile", behind_start(0xE2, b"ICC_PROFILE\0\1\1" + b"\xff" * 500)
    yield (
        "JPEG whose directory points at itself",
        behind_start(0xE1, exif + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)),
    )
    yield (
        "JPEG with a count of four thousand million",
        behind_start(0xE1, exif + struct.pack("<HHHIII", 1, 0x112, 3, 2**32 - 1, 2**31, 0)),
    )
    yield "JPEG of 12 bits", data.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c")
    yield "JPEG of arithmetic code", data.replace(b"\xff\xc0", b"\xff\xc9")


def _scans(many: int, width: int = 65_000, height: int = 2_700) -> bytes:
    """Blank, grey and progressive, drawn over many times by a few bytes each."""
    blocks = -(-width // 8) * -(-height // 8)
    # One bit says "the next 16,384 blocks end here", and 14 more how many besides.
    bits = ("0" + "1" * 14) * -(-blocks // 32_767)
    bits += "1" * (-len(bits) % 8)
    coded = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    head = b"\xff\xd8\xff\xdb\0\x43\0" + b"\1" * 64
    head += b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    for table, symbol in ((0x00, b"\0"), (0x10, b"\xe0")):
        head += b"\xff\xc4" + struct.pack(">HB", 20, table) + bytes([1] + [0] * 15) + symbol
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\1\0\1\x3f\0" + coded
    return head + scan * many + b"\xff\xd9"


def _chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(*chunks: bytes, bits: int = 8, colour: int = 0, side: int = 4, rows: bytes | None = None) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, bits, colour, 0, 0, 0)
    body = zlib.compress(bytes(side * (side + 1)) if rows is None else rows)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + b"".join(chunks) + _chunk(b"IDAT", body) + _chunk(b"IEND")


def _pngs() -> Iterator[tuple[str, bytes]]:
    much = zlib.compress(bytes(2**28), 9)
    yield "PNG of two million chunks", _png(_chunk(b"teXt") * 2_000_000)
    yield "PNG with a quarter of a gibibyte of text", _png(_chunk(b"zTXt", b"Comment\0\0" + much))
    yield "PNG with a quarter of a gibibyte of colour profile", _png(_chunk(b"iCCP", b"icc\0\0" + much))
    yield "PNG with a quarter of a gibibyte of pixels", _png(rows=bytes(2**28))
    yield "PNG with too few pixels", _png(rows=bytes(7))
    yield "PNG with a wrong checksum", good_picture("PNG")[:-20] + bytes(8) + good_picture("PNG")[-12:]
    yield "PNG without a palette", _png(colour=3)
    yield "PNG with colours outside its palette", _png(_chunk(b"PLTE", b"\1\2\3"), colour=3, rows=b"\0\1\2\3\4" * 4)
    yield "PNG with a palette of one byte", _png(_chunk(b"PLTE", b"\1"), colour=3)
    yield "PNG of a colour type that is not", _png(colour=5)
    yield "PNG of three bits", _png(bits=3)
    yield "PNG with two headers", _png(_chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0)))
    yield "PNG of a negative length", good_picture("PNG")[:33] + b"\xff\xff\xff\xf0IDAT" + bytes(40)
    yield "PNG animated, of frames that are not there", _png(_chunk(b"acTL", struct.pack(">II", 10**9, 0)))
    frame = struct.pack(">IIIIIHHBB", 0, 10**9, 10**9, 10**9, 10**9, 1, 1, 0, 0)
    yield "PNG animated, with a frame outside", _png(_chunk(b"acTL", struct.pack(">II", 2, 0)), _chunk(b"fcTL", frame))


def _gifs() -> Iterator[tuple[str, bytes]]:
    data = good_picture("GIF")
    at = 13 + 3 * (2 << (data[10] & 7))
    image = data.index(b",", at)
    yield "GIF of a million comments", data[:at] + b"!\xfe\1a\0" * 1_000_000 + data[at:]
    yield "GIF of one long comment", data[:at] + b"!\xfe" + (b"\xff" + b"a" * 255) * 40_000 + b"\0" + data[at:]
    yield "GIF of codes of 255 bits", data[: image + 10] + b"\xff" + data[image + 11 :]
    yield "GIF with a frame outside", data[: image + 1] + struct.pack("<HH", 65_000, 65_000) + data[image + 5 :]
    yield "GIF without a frame", data[:image] + b";"
    yield "GIF of a hundred thousand frames", data[:-1] + (b",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0" * 100_000) + b";"


def _tiff(*directories: dict[int, int], data: bytes = bytes(64), loop: int | None = None) -> bytes:
    """Directories behind each other; the last leads nowhere, or back to the one at ``loop``."""
    size = [2 + 12 * len(one) + 4 for one in directories]
    places = [8 + len(data) + sum(size[:i]) for i in range(len(directories))]
    out = b"II*\0" + struct.pack("<I", places[0]) + data
    after = [*places[1:], 0 if loop is None else places[loop]]
    for entries, following in zip(directories, after, strict=True):
        rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
        out += struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
    return out


PAGE = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64}
"""Eight by eight grey pixels."""


def _tiffs() -> Iterator[tuple[str, bytes]]:
    changed = {
        "of 60,000 channels": {277: 60_000},
        "of no channels": {277: 0},
        "of no bits": {258: 0},
        "of 64 bits": {258: 64},
        "of a compression that is not": {259: 9_999},
        "of Huffman code that is none": {259: 2},
        "of fax that is none": {259: 4},
        "of LZW that is none": {259: 5},
        "of JPEG that is none": {259: 7, 262: 6},
        "of ZIP that is none": {259: 8},
        "of Zstandard that is none": {259: 50_000},
        "of LZMA that is none": {259: 34_925},
        "of a colour model that is not": {262: 99},
        "with its pixels behind its end": {273: 2**31},
        "with its pixels in its header": {273: 0},
        "of strips of no rows": {278: 0},
        "of strips of four thousand million rows": {278: 2**32 - 1},
        "of four thousand million bytes": {279: 2**32 - 1},
        "in planes": {284: 2, 277: 3, 262: 2},
        "of signed numbers": {339: 2},
        "of complex numbers": {339: 6},
        "of a palette that is not there": {262: 3},
        "predicted in a way that is not": {317: 77, 259: 5},
        "of huge tiles": {322: HUGE, 323: HUGE, 324: 8, 325: 64},
        "of tiles of no size": {322: 0, 323: 0, 324: 8, 325: 64},
    }
    for name, change in changed.items():
        yield f"TIFF {name}", _tiff(PAGE | change)
    yield "TIFF that leads back to itself", _tiff(PAGE, loop=0)
    yield "TIFF whose second page leads back to the first", _tiff(PAGE, PAGE, loop=0)
    yield "TIFF of twenty thousand pages", _tiff(*[PAGE] * 20_000)
    yield "TIFF whose second page is a bomb", _tiff(PAGE, PAGE | {256: HUGE, 257: HUGE})
    yield "TIFF without a directory", b"II*\0\0\0\0\0"
    yield "TIFF of a directory behind its end", b"II*\0\xff\xff\xff\x7f"
    yield "TIFF of 65,535 entries that are not there", b"II*\0\x08\0\0\0\xff\xff"
    yield "TIFF, big, of offsets of 63 bits", b"II+\0\x08\0\0\0" + struct.pack("<Q", 2**63 - 1)


def _bmps() -> Iterator[tuple[str, bytes]]:
    def bmp(width: int, height: int, bits: int, compression: int, body: bytes, colours: int = 0, at: int = 54) -> bytes:
        head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(body), 0, 0, colours, 0)
        return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, at) + head + body

    yield "BMP of a height of minus two thousand million", bmp(4, -(2**31), 24, 0, bytes(64))
    yield "BMP of a negative width", bmp(-4, 4, 24, 0, bytes(64))
    yield "BMP of 30,000 bits", bmp(4, 4, 30_000, 0, bytes(64))
    yield "BMP of a compression that is not", bmp(4, 4, 24, 77, bytes(64))
    yield "BMP of a palette of two thousand million", bmp(4, 4, 8, 0, bytes(64), colours=2**31 - 1)
    yield "BMP of runs beyond its edge", bmp(4, 4, 8, 1, bytes(1024) + b"\xff\1" * 500, 256, 54 + 1024)
    yield "BMP of jumps beyond its edge", bmp(4, 4, 8, 1, bytes(1024) + b"\0\2\xff\xff" * 500, 256, 54 + 1024)
    yield "BMP of runs without end", bmp(4, 4, 8, 1, bytes(1024) + b"\0\3" * 5, 256, 54 + 1024)
    yield "BMP with its pixels behind its end", bmp(4, 4, 24, 0, bytes(64), at=2**31 - 1)
    yield "BMP of a header of no length", b"BM" + bytes(100)


# ---- what is no file ----


def _no_files(folder: Path) -> dict[str, Path]:
    made = {"folder": folder / "folder.png", "no file": folder / "missing.png", "null byte": folder / "a\0b.png"}
    made["folder"].mkdir()
    made["sparse and too long"] = folder / "long.png"
    with made["sparse and too long"].open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(3 * 2**30)
    if os.name != "posix":
        return made
    made |= {f"device {name}": Path("/dev", name) for name in ("zero", "null", "random", "tty", "stdin")}
    links = {"fifo": folder / "fifo", "socket": folder / "socket", "device": Path("/dev/zero"), "nothing": folder / "x"}
    os.mkfifo(links["fifo"])
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket must be short
        server.bind("socket")
        os.chdir(here)
    for name, target in links.items():
        made[name], made[f"link to a link to {name}"] = target, folder / f"far-{name}.png"
        (folder / f"near-{name}.png").symlink_to(target)
        made[f"link to a link to {name}"].symlink_to(folder / f"near-{name}.png")
    made["link to itself"] = folder / "itself.png"
    made["link to itself"].symlink_to(made["link to itself"])
    made["name of bytes that are no letters"] = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe\x1b[31m\n.png"))
    made["name of bytes that are no letters"].write_bytes(b"\x89PNG")
    return made
