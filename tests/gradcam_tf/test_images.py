"""images.py on real files, against plain numpy."""

from __future__ import annotations

import colorsys
import hashlib
import io
import math
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile
from PIL.PngImagePlugin import PngInfo

from gradcam_tf import imagefile, images
from gradcam_tf.errors import ImageError, printable
from gradcam_tf.images import open_photo
from gradcam_tf.placement import fit_photo, map_to_photo, place_photo
from gradcam_tf.records import Photo, Placement, Reading

FITS = ("squash", "crop", "letterbox")
ORIENTATION = 0x0112


def random_bytes(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def on_white(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    opacity = alpha[..., None] / 255
    return np.rint(colour * opacity + 255 * (1 - opacity)).astype(np.uint8)


def grey(levels: np.ndarray) -> np.ndarray:
    return np.repeat(levels[..., None], 3, axis=-1)


def saved(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, **options)
    return path


def photo_of(pixels: np.ndarray) -> Photo:
    return Photo(Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels), "made", None, "0" * 64)


def png(path: Path, width: int, height: int, bits: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> Path:
    """A PNG written by hand, for what Pillow cannot write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    stride = len(rows) // height if rows else 0
    lines = b"".join(b"\0" + rows[i * stride : (i + 1) * stride] for i in range(height if rows else 0))
    body = b"".join(chunk(*one) for one in chunks) + chunk(b"IDAT", zlib.compress(lines) if rows else b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b""))
    return path


def tiff(path: Path, data: bytes, width: int, height: int, order: str = "<", **tags: int | tuple[int, ...]) -> Path:
    """A TIFF of one strip written by hand, for what Pillow cannot write."""
    numbers = {"bits": 258, "photometric": 262, "samples": 277, "extra": 338, "format": 339}
    numbers |= {"strips": 273, "lengths": 279, "planes": 284}
    entries: dict[int, tuple[int, ...]] = {256: (width,), 257: (height,), 259: (1,), 273: (8,), 278: (height,)}
    entries[279] = (len(data),)
    for name, value in tags.items():
        entries[numbers[name]] = value if isinstance(value, tuple) else (value,)
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data))
    ifd, extra = struct.pack(order + "H", len(entries)), b""
    after = 8 + len(data) + 2 + 12 * len(entries) + 4
    for tag, values in sorted(entries.items()):
        field = b"".join(struct.pack(order + "H", one) for one in values).ljust(4, b"\0")
        if len(field) > 4:
            offset, extra = after + len(extra), extra + field
            field = struct.pack(order + "I", offset)
        ifd += struct.pack(order + "HHI", tag, 3, len(values)) + field
    path.write_bytes(head + data + ifd + struct.pack(order + "I", 0) + extra)
    return path


@pytest.fixture(autouse=True)
def _no_trace_is_left():
    """No test here may see a warning, nor find Pillow's settings changed behind it."""
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        filters = list(warnings.filters)
        yield
        assert list(warnings.filters) == filters
    assert limit == Image.MAX_IMAGE_PIXELS


class TestPhoto:
    def test_says_what_it_is_of(self, tmp_path: Path):
        pixels = random_bytes(5, 7, 3)
        path = saved(tmp_path / "cat.png", Image.fromarray(pixels))
        for source in (path, str(path), os.fsencode(path)):
            photo = open_photo(source)
            np.testing.assert_array_equal(photo.pixels, pixels)
            assert photo.pixels.dtype == np.uint8
            assert (photo.name, photo.path, photo.size) == ("cat.png", str(path), (5, 7))
            assert photo.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
            assert photo.notes == ()

    @pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "GIF"])
    def test_is_told_by_content_and_not_by_name(self, tmp_path: Path, kind: str):
        pixels = grey(random_bytes(9, 8)) if kind == "GIF" else random_bytes(9, 8, 3)
        image = Image.fromarray(pixels[..., 0] if kind == "GIF" else pixels)
        path = saved(tmp_path / "picture.txt", image, format=kind, **({"lossless": True} if kind == "WEBP" else {}))
        np.testing.assert_array_equal(open_photo(path).pixels, pixels)

    def test_of_a_jpeg_is_what_pillow_decodes(self, tmp_path: Path):
        path = saved(tmp_path / "a", Image.fromarray(random_bytes(30, 41, 3)), format="JPEG")
        np.testing.assert_array_equal(open_photo(path).pixels, np.asarray(Image.open(path)))

    def test_is_of_the_first_picture_of_a_jpeg_of_several(self, tmp_path: Path):
        first, second = (Image.fromarray(random_bytes(16, 24, 3)) for _ in range(2))
        photo = open_photo(saved(tmp_path / "a.jpg", first, format="MPO", save_all=True, append_images=[second]))
        np.testing.assert_array_equal(photo.pixels, open_photo(saved(tmp_path / "b", first, format="JPEG")).pixels)
        assert photo.notes == ("only the first of its frames is used",)

    @pytest.mark.parametrize(
        ("kind", "word"), [("GIF", "frames"), ("TIFF", "pages"), ("WEBP", "frames"), ("PNG", "frames")]
    )
    def test_is_of_the_first_frame_and_says_so(self, tmp_path: Path, kind: str, word: str):
        frames = [np.full((6, 5), level, np.uint8) for level in (10, 200, 90)]
        first, *rest = [Image.fromarray(one).convert("L" if kind == "GIF" else "RGB") for one in frames]
        options = {"lossless": True} if kind == "WEBP" else {}
        path = saved(tmp_path / "many", first, format=kind, save_all=True, append_images=rest, **options)
        photo = open_photo(path)
        np.testing.assert_array_equal(photo.pixels, grey(frames[0]))
        assert photo.notes == (f"only the first of its {word} is used",)

    def test_of_a_pil_image(self):
        pixels = random_bytes(4, 6, 3)
        photo = open_photo(Image.fromarray(pixels))
        np.testing.assert_array_equal(photo.pixels, pixels)
        assert (photo.name, photo.path, photo.notes) == ("image", None, ())
        assert photo.sha256 == hashlib.sha256(b"(6, 4) RGB" + pixels.tobytes()).hexdigest()

    def test_of_an_opened_file_keeps_its_name(self, tmp_path: Path):
        path = saved(tmp_path / "dog.png", Image.fromarray(random_bytes(4, 6)))
        with Image.open(path) as image:
            photo = open_photo(image)
        assert (photo.name, photo.path) == ("dog.png", None)

    def test_hash_tells_pil_images_apart(self):
        pixels = random_bytes(4, 6)
        one, other = (Image.fromarray(pixels).convert("P") for _ in range(2))
        other.putpalette(bytes(random_bytes(768)))
        sources = [one, other, Image.fromarray(pixels), Image.fromarray(pixels.reshape(6, 4))]
        assert len({open_photo(image).sha256 for image in sources}) == 4
        assert open_photo(one).sha256 == open_photo(one.copy()).sha256

    def test_leaves_the_pil_image_as_it_is(self):
        image = Image.fromarray(random_bytes(4, 6)).convert("P")
        image.info["transparency"] = bytes(range(256))
        image.getexif()[ORIENTATION] = 6
        before = (image.mode, image.size, image.tobytes(), image.getpalette("RGBA"), dict(image.info))
        open_photo(image)
        assert (image.mode, image.size, image.tobytes(), image.getpalette("RGBA"), dict(image.info)) == before
        assert image.getexif()[ORIENTATION] == 6

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_keeps_nothing_of_the_file_but_pixels(self, tmp_path: Path, kind: str):
        """What is saved of a picture that was drawn on it would tell it on."""
        exif = Image.Exif()
        exif[0x010E] = "where I live"
        words = PngInfo()
        words.add_text("Comment", "where I live")
        more = {"comment": b"where I live"} if kind == "JPEG" else {"pnginfo": words}
        image = Image.fromarray(random_bytes(40, 60, 3))
        path = saved(tmp_path / "a", image, format=kind, exif=exif, icc_profile=b"where I live" * 20, **more)
        with Image.open(path) as opened:
            assert {"exif", "icc_profile"} < opened.info.keys()
            photos = open_photo(path), open_photo(opened)
        for photo in photos:
            assert (type(photo.image), photo.image.info) == (Image.Image, {})
            for target in ("JPEG", "PNG"):
                drawn = saved(tmp_path / "b", photo.image.convert("RGB"), format=target)
                assert b"where I live" not in drawn.read_bytes()
                with Image.open(drawn) as opened:
                    assert not {"comment", "Comment", "exif", "icc_profile"} & opened.info.keys()


def lying(upright: np.ndarray, orientation: int) -> np.ndarray:
    """What a file stores so that it is upright once turned as its EXIF orientation says."""
    turns = [
        lambda one: one,
        lambda one: one[:, ::-1],
        lambda one: one[::-1, ::-1],
        lambda one: one[::-1],
        lambda one: one.swapaxes(0, 1),
        lambda one: np.rot90(one, 1),
        lambda one: one[::-1, ::-1].swapaxes(0, 1),
        lambda one: np.rot90(one, -1),
    ]
    return np.ascontiguousarray(turns[orientation - 1](upright))


class TestOrientation:
    upright = random_bytes(6, 9, 3)

    @staticmethod
    def exif(orientation: int) -> Image.Exif:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        return exif

    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "TIFF lzw", "WEBP"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_is_applied_exactly(self, tmp_path: Path, kind: str, orientation: int):
        options = {"TIFF lzw": {"compression": "tiff_lzw"}, "WEBP": {"lossless": True}}.get(kind, {})
        image = Image.fromarray(lying(self.upright, orientation))
        path = saved(tmp_path / "a", image, format=kind.split()[0], exif=self.exif(orientation), **options)
        photo = open_photo(path)
        np.testing.assert_array_equal(photo.pixels, self.upright)
        note = f"turned upright (EXIF orientation {orientation})"
        assert photo.notes == (() if orientation == 1 else (note,))
        with Image.open(path) as opened:
            np.testing.assert_array_equal(open_photo(opened).pixels, self.upright)

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_is_applied_to_a_jpeg(self, tmp_path: Path, orientation: int):
        blocks = np.kron(random_bytes(3, 4), np.ones((16, 16), np.uint8))
        image = Image.fromarray(lying(blocks, orientation))
        path = saved(tmp_path / "a.jpg", image, quality=100, exif=self.exif(orientation))
        assert np.abs(open_photo(path).pixels[..., 0].astype(int) - blocks).max() <= 2

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
    def test_is_applied_in_other_modes(self, tmp_path: Path, mode: str):
        image = Image.fromarray(random_bytes(6, 9))
        image = Image.fromarray(random_bytes(6, 9).astype(np.uint16) * 200) if mode == "I;16" else image.convert(mode)
        plain = open_photo(saved(tmp_path / "a.png", image)).pixels
        turned = open_photo(saved(tmp_path / "b.png", image, exif=self.exif(6))).pixels
        np.testing.assert_array_equal(turned, np.rot90(plain, -1))

    @pytest.mark.parametrize("orientation", [0, 9, 77])
    def test_that_does_not_exist_is_ignored(self, tmp_path: Path, orientation: int):
        path = saved(tmp_path / "a.png", Image.fromarray(self.upright), exif=self.exif(orientation))
        photo = open_photo(path)
        np.testing.assert_array_equal(photo.pixels, self.upright)
        assert photo.notes == ()

    def test_that_cannot_be_read_is_noted(self, tmp_path: Path):
        path = saved(tmp_path / "a.png", Image.fromarray(self.upright), exif=b"Exif\0\0nonsense")
        photo = open_photo(path)
        np.testing.assert_array_equal(photo.pixels, self.upright)
        assert photo.notes == ("its EXIF data is damaged: the orientation is unknown",)


class TestModes:
    def test_1_bit(self, tmp_path: Path):
        levels = (random_bytes(7, 11) > 127).astype(np.uint8) * 255
        image = Image.fromarray(levels).convert("1")
        for kind in ("PNG", "TIFF", "BMP"):
            np.testing.assert_array_equal(open_photo(saved(tmp_path / "a", image, format=kind)).pixels, grey(levels))

    def test_grey_and_alpha(self, tmp_path: Path):
        levels, alpha = random_bytes(7, 11), random_bytes(7, 11, seed=1)
        image = Image.merge("LA", [Image.fromarray(levels), Image.fromarray(alpha)])
        for source in (saved(tmp_path / "a.png", image), saved(tmp_path / "a.tif", image), image):
            photo = open_photo(source)
            np.testing.assert_array_equal(photo.pixels, on_white(grey(levels), alpha))
            assert photo.notes == ("its transparency is laid on white",)

    def test_rgba_and_its_hidden_colour(self, tmp_path: Path):
        pixels = random_bytes(7, 11, 4)
        pixels[2:4, :, 3] = 0
        pixels[4:6, :, 3] = 255
        for suffix in ("png", "tif", "webp"):
            options = {"lossless": True, "exact": True} if suffix == "webp" else {}
            photo = open_photo(saved(tmp_path / f"a.{suffix}", Image.fromarray(pixels), **options))
            np.testing.assert_array_equal(photo.pixels, on_white(pixels[..., :3], pixels[..., 3]))
            assert (photo.pixels[2:4] == 255).all()
            np.testing.assert_array_equal(photo.pixels[4:6], pixels[4:6, :, :3])

    def test_an_opaque_alpha_is_not_worth_a_note(self, tmp_path: Path):
        pixels = random_bytes(7, 11, 4)
        pixels[..., 3] = 255
        photo = open_photo(saved(tmp_path / "a.png", Image.fromarray(pixels)))
        np.testing.assert_array_equal(photo.pixels, pixels[..., :3])
        assert photo.notes == ()

    def test_premultiplied_alpha(self):
        alpha = np.array([[0, 51, 255]], np.uint8)
        colour = np.array([[[0, 0, 0], [51, 0, 10], [9, 8, 7]]], np.uint8)
        bands = [Image.fromarray(np.ascontiguousarray(one)) for one in (*np.moveaxis(colour, -1, 0), alpha)]
        expected = np.array([[[255, 255, 255], [255, 204, 214], [9, 8, 7]]])
        rgb = Image.frombytes("RGBa", (3, 1), Image.merge("RGBA", bands).tobytes())
        np.testing.assert_array_equal(open_photo(rgb).pixels, expected)
        two = Image.frombytes("La", (3, 1), Image.merge("LA", [bands[0], bands[3]]).tobytes())
        np.testing.assert_array_equal(open_photo(two).pixels, grey(expected[..., 0]))

    def test_premultiplied_tiff(self, tmp_path: Path):
        data = bytes([51, 0, 10, 51, 9, 8, 7, 255, 0, 0, 0, 0])
        tags = {"bits": (8, 8, 8, 8), "photometric": 2, "samples": 4, "extra": 1}
        photo = open_photo(tiff(tmp_path / "a.tif", data, 3, 1, **tags))
        np.testing.assert_array_equal(photo.pixels, [[[255, 204, 214], [9, 8, 7], [255, 255, 255]]])

    def palette_image(self) -> tuple[Image.Image, np.ndarray, np.ndarray]:
        indices, palette = random_bytes(7, 11), random_bytes(256, 3, seed=1)
        image = Image.fromarray(indices)
        image.putpalette(palette.tobytes())
        return image, indices, palette

    def test_palette(self, tmp_path: Path):
        image, indices, palette = self.palette_image()
        for kind in ("PNG", "GIF", "BMP", "TIFF"):
            photo = open_photo(saved(tmp_path / "a", image, format=kind))
            np.testing.assert_array_equal(photo.pixels, palette[indices])
            assert photo.notes == ()

    def test_palette_with_one_transparent_colour(self, tmp_path: Path):
        image, indices, palette = self.palette_image()
        alpha = np.where(np.arange(256) == indices[0, 0], 0, 255).astype(np.uint8)
        for kind in ("PNG", "GIF"):
            photo = open_photo(saved(tmp_path / "a", image, format=kind, transparency=int(indices[0, 0])))
            np.testing.assert_array_equal(photo.pixels, on_white(palette, alpha)[indices])

    def test_palette_with_an_alpha_for_each_colour(self, tmp_path: Path):
        image, indices, palette = self.palette_image()
        alpha = random_bytes(256, seed=2)
        photo = open_photo(saved(tmp_path / "a.png", image, transparency=alpha.tobytes()))
        np.testing.assert_array_equal(photo.pixels, on_white(palette, alpha)[indices])

    def test_palette_and_alpha_channel(self):
        image, indices, palette = self.palette_image()
        alpha = random_bytes(7, 11, seed=3)
        both = image.convert("PA")
        both.putalpha(Image.fromarray(alpha))
        np.testing.assert_array_equal(open_photo(both).pixels, on_white(palette[indices], alpha))

    def test_png_key_colour(self, tmp_path: Path):
        levels, pixels = random_bytes(7, 11), random_bytes(7, 11, 3)
        pixels[0, 0] = pixels[3, 4]
        photo = open_photo(saved(tmp_path / "a.png", Image.fromarray(levels), transparency=int(levels[0, 0])))
        hidden = levels == levels[0, 0]
        np.testing.assert_array_equal(photo.pixels, grey(np.where(hidden, 255, levels)))
        photo = open_photo(
            saved(tmp_path / "b.png", Image.fromarray(pixels), transparency=tuple(pixels[0, 0].tolist()))
        )
        hidden = (pixels == pixels[0, 0]).all(axis=-1)
        assert hidden.sum() == 2
        np.testing.assert_array_equal(photo.pixels, np.where(hidden[..., None], 255, pixels))

    @pytest.mark.parametrize("bits", [1, 2, 4])
    def test_png_key_colour_of_few_bits(self, tmp_path: Path, bits: int):
        levels = random_bytes(6, 8) % 2**bits
        binary = np.unpackbits(levels[..., None], axis=-1)[..., 8 - bits :].reshape(6, -1)
        rows = np.packbits(binary, axis=1).tobytes()
        photo = open_photo(png(tmp_path / "a.png", 8, 6, bits, 0, rows, (b"tRNS", b"\0\1")))
        np.testing.assert_array_equal(photo.pixels, grey(np.where(levels == 1, 255, levels * (255 // (2**bits - 1)))))

    def test_16_bit_colour(self, tmp_path: Path):
        values = np.random.default_rng(0).integers(0, 65536, (5, 4, 3)).astype(">u2")
        paths = [
            png(tmp_path / "a.png", 4, 5, 16, 2, values.tobytes()),
            tiff(tmp_path / "b.tif", values.tobytes(), 4, 5, ">", bits=(16, 16, 16), photometric=2, samples=3),
            tiff(tmp_path / "c.tif", values.astype("<u2").tobytes(), 4, 5, bits=(16, 16, 16), photometric=2, samples=3),
        ]
        for path in paths:
            photo = open_photo(path)
            np.testing.assert_array_equal(photo.pixels, values >> 8)
            assert photo.notes == ("16 bits per channel reduced to 8, the high byte of each",)

    def test_16_bit_planes_are_not_taken_for_8_bits(self, tmp_path: Path):
        """Pillow's own decoders read the first half of each plane as bytes."""
        path = tiff(
            tmp_path / "a.tif",
            bytes(range(96)),
            4,
            4,
            bits=(16, 16, 16),
            photometric=2,
            samples=3,
            planes=2,
            strips=(8, 40, 72),
            lengths=(32, 32, 32),
        )
        assert "would be read wrongly" in TestBadInput.refusal(path).what
        with Image.open(path) as image:
            assert "would be read wrongly" in TestBadInput.refusal(image).what

    def test_16_bit_key_colour(self, tmp_path: Path):
        values = np.random.default_rng(0).integers(0, 65536, (5, 4, 3)).astype(">u2")
        path = png(tmp_path / "a.png", 4, 5, 16, 2, values.tobytes(), (b"tRNS", values[1, 2].tobytes()))
        expected = values >> 8
        expected[1, 2] = 255
        np.testing.assert_array_equal(open_photo(path).pixels, expected)

    def test_16_bits_per_pixel_are_not_16_per_channel(self, tmp_path: Path):
        masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
        header = struct.pack("<IHHI", 74, 0, 0, 66) + struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, 16, 3, 8, 0, 0, 0, 0)
        pixels = struct.pack("<HHHH", 0xF800, 0x07E0, 0x001F, 0xFFFF)
        (tmp_path / "a.bmp").write_bytes(b"BM" + header + masks + pixels)
        photo = open_photo(tmp_path / "a.bmp")
        np.testing.assert_array_equal(photo.pixels, [[[0, 0, 255], [255, 255, 255]], [[255, 0, 0], [0, 255, 0]]])
        assert photo.notes == ()

    def test_rgbx(self):
        pixels = random_bytes(5, 4, 4)
        image = Image.frombytes("RGBX", (4, 5), pixels.tobytes())
        np.testing.assert_array_equal(open_photo(image).pixels, pixels[..., :3])

    def test_cmyk(self, tmp_path: Path):
        inks = random_bytes(7, 11, 4)
        image = Image.frombytes("CMYK", (11, 7), inks.tobytes())
        light = 255.0 - inks
        # Pillow subtracts from the black what each ink takes, rounded: half a level from the exact product.
        exact = light[..., :3] * light[..., 3:] / 255
        for source in (image, saved(tmp_path / "a.tif", image)):
            photo = open_photo(source)
            assert np.abs(photo.pixels - exact).max() <= 0.5
            assert photo.notes == ("CMYK without a colour profile: its colours are approximate",)

    def test_cmyk_jpeg_of_adobe_is_not_inverted(self, tmp_path: Path):
        inks = np.zeros((32, 32, 4), np.uint8)
        inks[:16] = [0, 255, 255, 0]
        inks[16:] = [0, 0, 0, 255]
        image = Image.frombytes("CMYK", (32, 32), inks.tobytes())
        path = saved(tmp_path / "a.jpg", image, quality=100)
        assert b"Adobe" in path.read_bytes()
        pixels = open_photo(path).pixels.astype(int)
        assert np.abs(pixels[:16] - [255, 0, 0]).max() <= 3
        assert pixels[16:].max() <= 3

    def test_ycbcr(self):
        image = Image.frombytes("YCbCr", (11, 7), random_bytes(7, 11, 3).tobytes())
        y, blue, red = np.moveaxis(random_bytes(7, 11, 3).astype(float), -1, 0)
        exact = [
            y + 1.402 * (red - 128),
            y - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
            y + 1.772 * (blue - 128),
        ]
        assert np.abs(open_photo(image).pixels - np.stack(exact, -1).clip(0, 255)).max() <= 1

    def test_hsv(self):
        values = random_bytes(7, 11, 3)
        image = Image.frombytes("HSV", (11, 7), values.tobytes())
        exact = [[colorsys.hsv_to_rgb(*(one / 255)) for one in row] for row in values]
        assert np.abs(open_photo(image).pixels - 255 * np.array(exact)).max() <= 2

    def test_lab(self, tmp_path: Path):
        # CIE L*a*b* of D50 to sRGB: X, Y, Z from the definition, then the matrix adapted to D65 (Bradford).
        lab = np.array([[[100, 0, 0], [50, 0, 0], [53, 60, 40], [60, -30, 20], [0, 0, 0]]], float)
        f = np.stack([(lab[..., 0] + 16) / 116 + lab[..., 1] / 500, (lab[..., 0] + 16) / 116], -1)
        f = np.concatenate([f, f[..., 1:] - lab[..., 2:] / 200], -1)
        white = [0.96422, 1.0, 0.82521]
        xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * white
        matrix = [
            [3.1338561, -1.6168667, -0.4906146],
            [-0.9787684, 1.9161415, 0.0334540],
            [0.0719453, -0.2289914, 1.4052427],
        ]
        exact = 255 * srgb_encoded((xyz @ np.transpose(matrix)).clip(0, 1))
        stored = np.rint(np.concatenate([lab[..., :1] * 2.55, lab[..., 1:] % 256], -1)).astype(np.uint8)
        path = tiff(tmp_path / "a.tif", stored.tobytes(), 5, 1, bits=(8, 8, 8), photometric=8, samples=3)
        assert np.abs(open_photo(path).pixels - exact).max() <= 2

    def test_every_mode_of_pillow_becomes_a_photo(self):
        for mode in (
            "1",
            "L",
            "LA",
            "La",
            "P",
            "PA",
            "RGB",
            "RGBA",
            "RGBa",
            "RGBX",
            "CMYK",
            "YCbCr",
            "LAB",
            "HSV",
            "I",
            "F",
        ):
            assert open_photo(Image.new(mode, (5, 3))).pixels.shape == (3, 5, 3)
        for mode in ("I;16", "I;16B", "I;16L"):
            assert open_photo(Image.new(mode, (5, 3))).pixels.shape == (3, 5, 3)


class TestDepth:
    values = np.random.default_rng(0).integers(0, 65536, (16, 20)).astype(np.uint16)
    levels = np.rint(values / 257).astype(np.uint8)

    def test_16_bit_grey_is_its_full_range(self, tmp_path: Path):
        image = Image.fromarray(self.values)
        paths = [
            saved(tmp_path / "a.png", image),
            saved(tmp_path / "a.tif", image),
            saved(tmp_path / "b.tif", image, compression="tiff_lzw"),
            tiff(tmp_path / "c.tif", self.values.astype(">u2").tobytes(), 20, 16, ">", bits=16, photometric=1),
        ]
        for source in (image, *paths):
            photo = open_photo(source)
            np.testing.assert_array_equal(photo.pixels, grey(self.levels))
            assert photo.notes == ("16-bit grey: full range, 0 to 65535, reduced to 0 to 255",)

    def test_few_of_the_16_bits(self):
        """As many scanners write it: nearly black, and nobody would know why."""
        scan = Image.fromarray((self.values >> 4).astype(np.uint16))
        low, high = int(np.asarray(scan).min()), int(np.asarray(scan).max())
        advice = f"its values are {low} to {high}, little of that range: a window (--window {low},{high}) spreads them"
        assert open_photo(scan).notes == ("16-bit grey: full range, 0 to 65535, reduced to 0 to 255", advice)
        spread = open_photo(scan, window=(low, high))
        assert (spread.pixels.min(), spread.pixels.max(), len(spread.notes)) == (0, 255, 1)
        assert len(open_photo(Image.new("I;16", (9, 9), 7)).notes) == 1

    def test_every_16_bit_value(self):
        values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
        np.testing.assert_array_equal(open_photo(Image.fromarray(values)).pixels[..., 0], np.rint(values / 257))

    def test_16_bit_grey_where_white_is_zero(self, tmp_path: Path):
        photo = open_photo(tiff(tmp_path / "a.tif", self.values.tobytes(), 20, 16, bits=16, photometric=0))
        np.testing.assert_array_equal(photo.pixels, grey(255 - self.levels))
        assert photo.notes == ("16-bit grey: full range, 0 to 65535, reduced to 255 to 0",)

    def test_12_bit_grey(self, tmp_path: Path):
        values = self.values >> 4
        bits = np.unpackbits(values.astype(">u2").view(np.uint8).reshape(16, 20, 2), axis=-1)[..., 4:]
        rows = np.packbits(bits.reshape(16, -1), axis=1).tobytes()
        photo = open_photo(tiff(tmp_path / "a.tif", rows, 20, 16, bits=12, photometric=1))
        np.testing.assert_array_equal(photo.pixels, grey(np.rint(values * (255 / 4095)).astype(np.uint8)))
        assert photo.notes == ("12-bit grey: full range, 0 to 4095, reduced to 0 to 255",)

    def test_16_bit_grey_with_a_key_colour(self, tmp_path: Path):
        key = self.values[3, 4]
        rows = self.values.astype(">u2").tobytes()
        photo = open_photo(png(tmp_path / "a.png", 20, 16, 16, 0, rows, (b"tRNS", struct.pack(">H", key))))
        np.testing.assert_array_equal(photo.pixels, grey(np.where(self.values == key, 255, self.levels)))
        assert photo.notes[-1] == "its transparency is laid on white"

    def test_an_opened_file_is_seen_as_its_file_is(self, tmp_path: Path):
        key, two_bits = (b"tRNS", b"\0\1"), bytes([0b00011011, 0b11100100])
        paths = [
            png(tmp_path / "key.png", 4, 2, 2, 0, two_bits, key),
            png(tmp_path / "deep.png", 2, 1, 16, 2, bytes(range(12)), (b"tRNS", bytes(range(6)))),
            tiff(tmp_path / "12.tif", bytes(range(12)), 4, 2, bits=12, photometric=1),
            tiff(tmp_path / "32.tif", bytes(range(120, 136)), 2, 2, bits=32, photometric=1),
            tiff(tmp_path / "white.tif", bytes(range(16)), 4, 2, bits=16, photometric=0),
        ]
        for path in paths:
            of_file = open_photo(path)
            with Image.open(path) as image:
                info = dict(image.info)
                of_image = open_photo(image)
                assert dict(image.info) == info
            np.testing.assert_array_equal(of_image.pixels, of_file.pixels)
            assert of_image.notes == of_file.notes

    def test_signed_integers_are_windowed(self, tmp_path: Path):
        values = np.array([[-500, 0], [250, 1000]], np.int32)
        expected = grey(np.rint((values + 500) * (255 / 1500)).astype(np.uint8))
        for source in (Image.fromarray(values), saved(tmp_path / "a.tif", Image.fromarray(values))):
            photo = open_photo(source)
            np.testing.assert_array_equal(photo.pixels, expected)
            assert photo.notes == ("32-bit grey: range of its values, -500 to 1000, reduced to 0 to 255",)

    def test_signed_16_bit_is_windowed(self, tmp_path: Path):
        values = np.array([[-500, 0], [250, 1000]], "<i2")
        photo = open_photo(tiff(tmp_path / "a.tif", values.tobytes(), 2, 2, bits=16, photometric=1, format=2))
        np.testing.assert_array_equal(photo.pixels, grey(np.rint((values + 500) * (255 / 1500)).astype(np.uint8)))

    def test_large_unsigned_integers_do_not_turn_negative(self, tmp_path: Path):
        values = np.array([[0, 2**31 - 1], [2**31, 2**32 - 1]], "<u4")
        photo = open_photo(tiff(tmp_path / "a.tif", values.tobytes(), 2, 2, bits=32, photometric=1))
        np.testing.assert_array_equal(photo.pixels, grey(np.array([[0, 127], [128, 255]])))

    def test_floats_are_windowed_by_their_finite_range(self, tmp_path: Path):
        values = np.array([[-1.5, 0.25, np.nan], [2.5, np.inf, -np.inf]], np.float32)
        expected = grey(np.array([[0, 112, 0], [255, 255, 0]]))
        for source in (Image.fromarray(values), saved(tmp_path / "a.tif", Image.fromarray(values))):
            photo = open_photo(source)
            np.testing.assert_array_equal(photo.pixels, expected)
            assert photo.notes == ("float grey: range of its finite values, -1.5 to 2.5, reduced to 0 to 255",)

    @pytest.mark.parametrize("value", [0, 7.5, np.nan, np.inf, 3e38])
    def test_a_constant_has_no_range(self, value: float):
        np.testing.assert_array_equal(open_photo(Image.fromarray(np.full((2, 3), value, np.float32))).pixels % 255, 0)

    def test_the_widest_range_does_not_overflow(self):
        values = np.array([[-3.4e38, 0, 3.4e38]], np.float32)
        np.testing.assert_array_equal(open_photo(Image.fromarray(values)).pixels[0, :, 0], [0, 128, 255])


def srgb_encoded(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def icc(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """The file of an ICC 2.1 profile."""
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        data = data.ljust(-(-len(data) // 4) * 4, b"\0")
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"none", 0x02100000, kind, space, connection, b"", b"acsp")
    white = struct.pack(">3i", *(round(one * 65536) for one in (0.9642, 1, 0.8249)))
    return (head.ljust(68, b"\0") + white).ljust(128, b"\0") + table + body


def linear_profile(space: bytes) -> bytes:
    """An ICC 2.1 profile of linear light; for RGB with the primaries of sRGB, adapted to D50."""

    def xyz(x: float, y: float, z: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(one * 65536)) for one in (x, y, z))

    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    name = b"linear\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78,
        b"wtpt": xyz(0.9642, 1, 0.8249),
    }
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
        tags |= {b"rXYZ": xyz(0.43607, 0.22249, 0.01392), b"gXYZ": xyz(0.38515, 0.71687, 0.09708)}
        tags[b"bXYZ"] = xyz(0.14307, 0.06061, 0.71410)
    return icc(b"mntr", space, b"XYZ ", tags)


def ink_profile() -> bytes:
    """An ICC 2.1 profile of CMYK by tables: any of the inks C, M, Y alone is L* 50, any black is L* 0."""
    nodes = np.indices((2, 2, 2, 2)).reshape(4, -1).T
    light = np.where(nodes[:, 3] == 1, 0, np.where(nodes[:, :3].any(axis=1), 128, 255))
    lab = np.stack([light, np.full(16, 128), np.full(16, 128)], axis=-1).astype(np.uint8)
    identity = struct.pack(">9i", *(np.eye(3, dtype=int).ravel() * 65536).tolist())
    steps = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + steps * 4 + lab.tobytes() + steps * 3
    name = b"inks\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78
    return icc(b"prtr", b"CMYK", b"Lab ", {b"desc": described, b"A2B0": table})


class TestColourProfile:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = random_bytes(16, 20, 3)

    def test_of_srgb_changes_nothing(self, tmp_path: Path):
        for suffix in ("png", "tif"):
            photo = open_photo(saved(tmp_path / f"a.{suffix}", Image.fromarray(self.pixels), icc_profile=self.srgb))
            np.testing.assert_array_equal(photo.pixels, self.pixels)
            assert photo.notes == ()

    def test_is_judged_by_its_effect_and_not_by_its_name(self, tmp_path: Path):
        # The table of an sRGB profile with two tag names exchanged: red light is green light.
        swapped = self.srgb.replace(b"rXYZ", b"tmp!", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp!", b"gXYZ", 1)
        photo = open_photo(saved(tmp_path / "a.png", Image.fromarray(self.pixels), icc_profile=swapped))
        assert np.abs(photo.pixels.astype(int) - self.pixels[..., [1, 0, 2]]).max() <= 2
        assert photo.notes == ("converted to sRGB from the colour profile 'sRGB built-in'",)

    def test_of_linear_light(self, tmp_path: Path):
        expected = 255 * srgb_encoded(self.pixels / 255)
        photo = open_photo(saved(tmp_path / "a.png", Image.fromarray(self.pixels), icc_profile=linear_profile(b"RGB ")))
        assert np.abs(photo.pixels - expected).max() <= 1.5
        assert photo.notes == ("converted to sRGB from the colour profile 'linear'",)

    def test_of_grey(self, tmp_path: Path):
        levels = self.pixels[..., 0]
        path = saved(tmp_path / "a.png", Image.fromarray(levels), icc_profile=linear_profile(b"GRAY"))
        assert np.abs(open_photo(path).pixels - grey(255 * srgb_encoded(levels / 255))).max() <= 1.5

    def test_of_colour_on_a_grey_image(self, tmp_path: Path):
        levels = self.pixels[..., 0]
        path = saved(tmp_path / "a.png", Image.fromarray(levels), icc_profile=linear_profile(b"RGB "))
        assert np.abs(open_photo(path).pixels - grey(255 * srgb_encoded(levels / 255))).max() <= 1.5

    @pytest.mark.parametrize("mode", ["LA", "RGBA"])
    def test_is_applied_before_the_alpha(self, tmp_path: Path, mode: str):
        alpha = random_bytes(16, 20, seed=1)
        image = Image.fromarray(self.pixels).convert(mode[:-1])
        levels = np.asarray(image.convert("RGB"))
        image.putalpha(Image.fromarray(alpha))
        profile = linear_profile(b"GRAY" if mode == "LA" else b"RGB ")
        photo = open_photo(saved(tmp_path / "a.png", image, icc_profile=profile))
        expected = on_white(255 * srgb_encoded(levels / 255), alpha)
        assert np.abs(photo.pixels.astype(int) - expected).max() <= 2
        assert len(photo.notes) == 2

    def test_of_inks(self, tmp_path: Path):
        inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 255, 0], [0, 0, 0, 255]]], np.uint8)
        image = Image.frombytes("CMYK", (4, 1), inks.tobytes())
        photo = open_photo(saved(tmp_path / "a.tif", image, icc_profile=ink_profile()))
        # L* 50 is a luminance of 0.184, which sRGB writes as 119.
        assert np.abs(photo.pixels - grey(np.array([[255.0, 119, 119, 0]]))).max() <= 2
        assert photo.notes == ("converted to sRGB from the colour profile 'inks'",)

    @pytest.mark.parametrize("bad", [b"nonsense", srgb[:200], linear_profile(b"GRAY"), b"\0" * 500])
    def test_that_cannot_be_used_is_ignored_and_noted(self, tmp_path: Path, bad: bytes):
        photo = open_photo(saved(tmp_path / "a.png", Image.fromarray(self.pixels), icc_profile=bad))
        np.testing.assert_array_equal(photo.pixels, self.pixels)
        assert photo.notes == ("its colour profile is damaged or does not fit, and was ignored",)

    def test_of_lab_on_an_rgb_image_is_ignored(self):
        image = Image.fromarray(self.pixels)
        image.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        photo = open_photo(image)
        np.testing.assert_array_equal(photo.pixels, self.pixels)
        assert len(photo.notes) == 1


class TestReading:
    """What the reader may choose."""

    @pytest.fixture
    def pages(self, tmp_path: Path) -> list[np.ndarray]:
        pages = [random_bytes(5 + i, 7, seed=i) for i in range(3)]
        first, *others = map(Image.fromarray, pages)
        first.save(tmp_path / "a.tif", save_all=True, append_images=others)
        return pages

    @pytest.mark.parametrize("page", [1, 2, 3])
    def test_the_page_asked_for(self, tmp_path: Path, pages: list[np.ndarray], page: int):
        photo = open_photo(tmp_path / "a.tif", page=page)
        np.testing.assert_array_equal(photo.pixels, grey(pages[page - 1]))
        assert photo.notes == (
            ("only the first of its pages is used",) if page == 1 else (f"page {page} is used, and no other",)
        )

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
    def test_the_frame_asked_for(self, tmp_path: Path, kind: str):
        frames = [Image.new("RGB", (6, 5), colour) for colour in ("red", "blue", "lime")]
        options = {"lossless": True} if kind == "WEBP" else {}
        path = saved(tmp_path / "a", frames[0], format=kind, save_all=True, append_images=frames[1:], **options)
        photo = open_photo(path, page=2)
        np.testing.assert_array_equal(photo.pixels, np.asarray(frames[1]))
        assert "frame 2 is used, and no other" in photo.notes

    def test_a_page_that_is_not_there(self, tmp_path: Path, pages: list[np.ndarray]):
        assert TestBadInput.refusal(tmp_path / "a.tif", page=4).what == "it has no page 4"
        assert "no page 2" in TestBadInput.refusal(saved(tmp_path / "a.jpg", Image.new("L", (4, 4))), page=2).what

    def test_every_page_is_held_to_the_limit(self, tmp_path: Path, pages: list[np.ndarray]):
        assert open_photo(tmp_path / "a.tif", max_pixels=40).size == (5, 7)
        assert "more than 40 pixels" in TestBadInput.refusal(tmp_path / "a.tif", max_pixels=40, page=2).what

    @pytest.mark.parametrize("kind", ["16-bit", "32-bit", "float"])
    def test_a_window(self, tmp_path: Path, kind: str):
        values = np.random.default_rng(0).integers(0, 5000, (9, 8))
        stored_as = {"16-bit": np.uint16, "32-bit": np.int32, "float": np.float32}[kind]
        path = saved(tmp_path / "a.tif", Image.fromarray(values.astype(stored_as)))
        photo = open_photo(path, window=(100, 4000))
        expected = np.rint((values.clip(100, 4000) - 100) * 255 / 3900).astype(np.uint8)
        np.testing.assert_array_equal(photo.pixels, grey(expected))
        assert photo.notes == (f"{kind} grey: the window given, 100 to 4000, reduced to 0 to 255",)

    def test_a_window_where_white_is_zero(self, tmp_path: Path):
        values = np.array([[0, 10, 20, 30]], "<u2")
        path = tiff(tmp_path / "a.tif", values.tobytes(), 4, 1, bits=16, photometric=0)
        assert open_photo(path, window=(10, 20)).pixels[0, :, 0].tolist() == [255, 255, 0, 0]

    def test_a_window_that_was_not_used_is_said(self):
        note = "the window is for grey of more than 8 bits, and was not used"
        assert open_photo(Image.new("RGB", (3, 3)), window=(0, 9)).notes == (note,)

    @pytest.mark.parametrize(
        "changes",
        [
            {"page": 0},
            {"page": -1},
            {"max_pixels": 0},
            *({"window": one} for one in ((1, 1), (2, 1), (0, math.inf), (math.nan, 1), (-math.inf, 0))),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, changes: dict):
        with pytest.raises(ImageError):
            Reading(**changes)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF"])
    def test_a_truncated_file_is_marked_where_it_is_allowed(self, tmp_path: Path, kind: str):
        options = {"interlace": False} if kind == "GIF" else {}
        path = saved(tmp_path / "a", Image.fromarray(random_bytes(64, 80, 3)), format=kind, **options)
        whole = open_photo(path, allow_truncated=True)
        assert whole.whole
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) * 2 // 3])
        TestBadInput.refusal(path)
        photo = open_photo(path, allow_truncated=True)
        assert not photo.whole
        assert photo.notes[0].endswith("; what could not be read is blank or wrong")
        same = (photo.pixels == whole.pixels).all(axis=-1)
        # A BMP is drawn from below; GIF and JPEG have some rows in hand when the end comes.
        assert (same[::-1] if kind == "BMP" else same)[: 64 // 3].all()
        assert not same.all()

    def test_of_a_truncated_pil_image(self, tmp_path: Path):
        path = saved(tmp_path / "a.jpg", Image.fromarray(random_bytes(64, 64)))
        path.write_bytes(path.read_bytes()[:2500])
        with Image.open(path) as image:
            assert not open_photo(image, allow_truncated=True).whole

    def test_bombs_and_nonsense_are_refused_all_the_same(self, tmp_path: Path):
        png(tmp_path / "a.png", 100_000, 100_000, 8, 2, b"")
        assert "decompression bomb" in TestBadInput.refusal(tmp_path / "a.png", allow_truncated=True).what
        (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        TestBadInput.refusal(tmp_path / "b.png", allow_truncated=True)

    def test_one_tolerant_reader_makes_no_other_tolerant(self, tmp_path: Path):
        path = saved(tmp_path / "a.png", Image.fromarray(random_bytes(64, 64, 3)))
        path.write_bytes(path.read_bytes()[:5000])
        wrong: list[object] = []

        def work(allow_truncated: bool) -> None:
            for _ in range(60):
                result = outcome(path, allow_truncated=allow_truncated)
                if isinstance(result, Photo) != allow_truncated:
                    wrong.append(result)

        threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert not ImageFile.LOAD_TRUNCATED_IMAGES

    def test_a_program_that_loads_truncated_images_does_not_do_so_here(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        path = saved(tmp_path / "a.jpg", Image.fromarray(random_bytes(64, 64)))
        path.write_bytes(path.read_bytes()[:2500])
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
        assert "truncated" in TestBadInput.refusal(path).what
        assert ImageFile.LOAD_TRUNCATED_IMAGES


def bad_files(folder: Path) -> dict[str, Path]:
    """Every kind of thing that is not an image; those this system cannot make are left out."""
    whole = Image.fromarray(random_bytes(64, 80, 3))
    made: dict[str, Path] = {"missing": folder / "missing.png", "null byte": folder / "a\0b.png"}

    def file(name: str, data: bytes) -> None:
        made[name] = folder / f"{name}.png"
        made[name].write_bytes(data)

    for kind in ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP"):
        whole.save(folder / "whole", format=kind)
        data = (folder / "whole").read_bytes()
        for part, end in (("half", len(data) // 2), ("a few bytes", 20)):
            file(f"{kind}, {part}", data[:end])
        file(f"{kind}, only its magic and nonsense", data[:16] + bytes(random_bytes(400)))
    file("empty", b"")
    file("text", b"This is not a picture.\n")
    file("one byte", b"\x89")
    file("other kind", b"P6 1 1 255 abc")
    file("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    file("riff that is no webp", b"RIFF\0\0\0\0WAVEfmt ")
    file("png without pixels", b"")
    png(made["png without pixels"], 0, 5, 8, 2, b"")
    (folder / "folder.png").mkdir()
    made["folder"] = folder / "folder.png"
    file("bmp of an unknown depth", b"BM" + struct.pack("<IHHIIiiHH24x", 54, 0, 0, 54, 40, 2, 2, 1, 30_000) + bytes(64))
    made["below a file"] = made["text"] / "a.png"
    made["too long a name"] = folder / ("a" * 300 + ".png")
    if hasattr(os, "mkfifo"):
        made["fifo"], made["link to a fifo"] = folder / "fifo.png", folder / "link.png"
        os.mkfifo(made["fifo"])
        made["link to a fifo"].symlink_to(made["fifo"])
        made["link to nothing"], made["link to itself"] = folder / "dangling.png", folder / "loop.png"
        made["link to nothing"].symlink_to(folder / "gone.png")
        made["link to itself"].symlink_to(made["link to itself"])
        made |= {name: Path(name) for name in ("/dev/zero", "/dev/null") if Path(name).exists()}
    return made


def outcome(source: object, **options) -> Photo | ImageError:
    """A photo or an error in one printable line; anything else fails the test."""
    try:
        result: Photo | ImageError = open_photo(source, **options)
    except ImageError as error:
        result = error
    assert isinstance(result, Photo) or str(result).isprintable()
    return result


class TestBadInput:
    @staticmethod
    def refusal(source: object, **options) -> ImageError:
        with pytest.raises(ImageError) as caught:
            open_photo(source, **options)
        error, line = caught.value, str(caught.value)
        assert error.what
        assert error.remedy
        assert line.isprintable()
        assert len(line) < 1000
        assert "object at 0x" not in line
        return error

    @pytest.mark.timeout(30)
    def test_each_kind_is_named(self, tmp_path: Path):
        words = {
            "missing": "no such file",
            "link to nothing": "no such file",
            "empty": "empty",
            "text": "not an image",
            "other kind": "not an image",
            "postscript": "not an image",
            "riff that is no webp": "not an image",
            "folder": "folder",
            "fifo": "not a regular file",
            "link to a fifo": "not a regular file",
            "/dev/zero": "not a regular file",
            "/dev/null": "not a regular file",
            "JPEG, half": "truncated",
            "PNG, half": "truncated",
            "BMP, half": "truncated",
            "GIF, half": "truncated",
            "TIFF, half": "truncated",
            "WEBP, half": "truncated",
            "bmp of an unknown depth": "cannot be read",
        }
        for kind, path in bad_files(tmp_path).items():
            error = self.refusal(path)
            assert error.where == printable(str(path))
            assert words.get(kind, "") in error.what, (kind, error.what)

    @pytest.mark.timeout(30)
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO on this system")
    def test_a_file_that_turns_into_a_fifo_is_not_waited_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        regular = saved(tmp_path / "a.png", Image.fromarray(random_bytes(4, 4)))
        os.mkfifo(tmp_path / "b.png")
        seen_before = os.stat(regular)
        monkeypatch.setattr(imagefile.os, "stat", lambda path: seen_before)
        assert "not a regular file" in self.refusal(tmp_path / "b.png").what

    @pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets in the file system")
    def test_a_socket(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(tmp_path)  # the name of a socket must be short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("s.png")
            assert "not a regular file" in self.refusal("s.png").what

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path):
        path = saved(tmp_path / "a.png", Image.fromarray(random_bytes(4, 4)))
        path.chmod(0)
        assert "may not be read" in self.refusal(path).what

    def test_a_file_too_long_to_read_is_refused_unread(self, tmp_path: Path):
        path = tmp_path / "a.png"
        with path.open("wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            file.truncate(images.MAX_BYTES + 1)  # sparse: takes no room
        assert "longer than" in self.refusal(path).what

    def test_a_png_whose_checksums_do_not_fit(self, tmp_path: Path):
        """One bit of the pixels: Pillow would show the wrong colour."""
        path = png(tmp_path / "a.png", 4, 4, 8, 0, bytes(range(16)))
        data = bytearray(path.read_bytes())
        at = data.index(b"IDAT") + 4
        stored = b"\x78\x01\x01" + struct.pack("<HH", 20, 20 ^ 0xFFFF) + b"".join(b"\0abcd" for _ in range(4))
        body = stored + struct.pack(">I", zlib.adler32(stored[7:]))
        chunk = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
        path.write_bytes(data[: at - 8] + chunk + data[-12:])
        assert open_photo(path).pixels[0, 1, 0] == ord("b")
        path.write_bytes(path.read_bytes().replace(b"abcd", b"aBcd", 1))
        assert "checksums" in self.refusal(path).what
        photo = open_photo(path, allow_truncated=True)
        assert not photo.whole
        assert photo.pixels[0, 1, 0] == ord("B")

    @pytest.mark.parametrize("change", ["longer", "shorter", "as long, but later", "gone"])
    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str):
        path = saved(tmp_path / "a.png", Image.fromarray(random_bytes(200, 200, 3)))
        expected, kind_of = open_photo(path).pixels, imagefile.kind_of

        def meddle(head: bytes) -> str:
            monkeypatch.setattr(imagefile, "kind_of", kind_of)
            if change == "gone":
                path.unlink()
            elif change == "as long, but later":
                os.utime(path, ns=(0, 0))
            else:
                os.truncate(path, path.stat().st_size + (100 if change == "longer" else -100))
            return kind_of(head)

        monkeypatch.setattr(imagefile, "kind_of", meddle)
        if change == "gone" and os.name == "posix":
            # What has been opened can be read to its end.
            np.testing.assert_array_equal(open_photo(path).pixels, expected)
        else:
            assert "changed while it was read" in self.refusal(path).what

    @pytest.mark.parametrize("source", [3, None, 1.5, [], random_bytes(4, 4, 3)])
    def test_what_is_neither_path_nor_image(self, source: object):
        assert "neither a path nor a PIL image" in self.refusal(source).what

    @pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
    def test_a_pil_image_without_pixels(self, size: tuple[int, int]):
        assert "no pixels" in self.refusal(Image.new("RGB", size)).what

    def test_a_closed_pil_image(self, tmp_path: Path):
        path = saved(tmp_path / "a.png", Image.fromarray(random_bytes(4, 4)))
        with Image.open(path) as image:
            pass
        assert self.refusal(image).where == "a.png"

    def test_a_truncated_pil_image(self, tmp_path: Path):
        path = saved(tmp_path / "a.jpg", Image.fromarray(random_bytes(64, 64)))
        path.write_bytes(path.read_bytes()[:1500])
        with Image.open(path) as image:
            assert "truncated" in self.refusal(image).what

    @pytest.mark.parametrize("info", [{"transparency": "red"}, {"transparency": (1, 2)}, {"icc_profile": "no bytes"}])
    def test_a_pil_image_with_odd_facts(self, info: dict):
        image = Image.fromarray(random_bytes(4, 4))
        image.info |= info
        outcome(image)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP"])
    def test_any_part_of_a_file_is_refused_or_is_the_whole_picture(self, tmp_path: Path, kind: str):
        path = saved(tmp_path / "a", Image.fromarray(random_bytes(24, 31, 3)), format=kind)
        data, expected = path.read_bytes(), open_photo(path).pixels
        for end in {*range(0, len(data), 37), *range(len(data) - 25, len(data))}:
            path.write_bytes(data[:end])
            result = outcome(path)
            if isinstance(result, Photo):
                np.testing.assert_array_equal(result.pixels, expected)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP"])
    def test_damage_is_a_result_or_a_named_error(self, tmp_path: Path, kind: str):
        generator = np.random.default_rng(0)
        path = saved(
            tmp_path / "a", Image.fromarray(random_bytes(24, 31, 3)), format=kind, exif=TestOrientation.exif(6)
        )
        data = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(150):
            broken = data.copy()
            where = generator.integers(0, min(len(broken), 300), 4)
            broken[where] = generator.integers(0, 256, 4)
            path.write_bytes(broken.tobytes())
            outcome(path, max_pixels=10_000)


class TestBombs:
    @pytest.mark.timeout(20)
    def test_is_refused_by_the_header(self, tmp_path: Path):
        gif = (
            b"GIF89a"
            + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0)
            + b","
            + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0)
        )
        (tmp_path / "a.gif").write_bytes(gif + b"\2\0;")
        bmp = struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack(
            "<IiiHHIIiiII", 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0
        )
        (tmp_path / "a.bmp").write_bytes(b"BM" + bmp)
        webp = b"VP8X" + struct.pack("<I", 10) + bytes(4) + struct.pack("<I", 50_000)[:3] * 2
        (tmp_path / "a.webp").write_bytes(b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp)
        png(tmp_path / "a.png", 100_000, 100_000, 8, 2, b"")
        png(tmp_path / "b.png", 2**31 - 1, 2**31 - 1, 16, 6, b"")
        png(tmp_path / "c.png", images.MAX_PIXELS + 1, 1, 1, 0, b"")
        tiff(tmp_path / "a.tif", bytes(100), 60_000, 60_000, bits=8, photometric=1)
        for path in sorted(tmp_path.iterdir()):
            begun = time.perf_counter()
            error = TestBadInput.refusal(path)
            assert "has more than 178,956,970 pixels" in error.what, path
            assert "max_pixels" in str(error.remedy)
            assert time.perf_counter() - begun < 1

    def test_memory_is_not_touched(self, tmp_path: Path):
        resource = pytest.importorskip("resource")
        path = png(tmp_path / "a.png", 100_000, 100_000, 8, 2, b"")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        TestBadInput.refusal(path)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000

    def test_the_limit_is_exact_and_can_be_set(self, tmp_path: Path):
        image = Image.fromarray(random_bytes(30, 40))
        for source in (image, saved(tmp_path / "a.png", image), saved(tmp_path / "a.tif", image)):
            assert open_photo(source, max_pixels=1200).size == (30, 40)
            assert "(40 × 30)" in TestBadInput.refusal(source, max_pixels=1199).what

    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF", "WEBP"])
    def test_the_limit_of_pillow_does_not_undercut_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str):
        path = saved(tmp_path / "a", Image.fromarray(random_bytes(30, 40)), format=kind)
        # Pillow would warn above this, and refuse above twice this.
        for limit in (1000, 10):
            monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
            assert open_photo(path).size == (30, 40)
            assert limit == Image.MAX_IMAGE_PIXELS
        monkeypatch.undo()


class TestQuiet:
    """What Pillow would warn of is an error or a note of ours, or nothing; the terminal stays clean."""

    def noisy(self, path: Path) -> Path:
        """A TIFF over whose EXIF Pillow warns."""
        image = Image.fromarray(random_bytes(30, 40))
        path = saved(path, image, format="TIFF", tiffinfo={270: "x" * 100})
        data = bytearray(path.read_bytes())
        entry = data.index(struct.pack("<HH", 270, 2))
        data[entry + 4 : entry + 8] = struct.pack("<I", 1_000_000)
        path.write_bytes(bytes(data))
        return path

    def test_warnings_are_turned_off_for_pillow_only(self, tmp_path: Path):
        path = self.noisy(tmp_path / "a.tif")
        with pytest.warns(UserWarning, match="larger than file"), Image.open(path) as image:
            image.load()
        open_photo(path)  # the fixture turns any warning into an error
        with pytest.raises(UserWarning, match="still heard"):
            warnings.warn("still heard", stacklevel=1)

    def test_the_terminal_stays_clean(self, tmp_path: Path):
        self.noisy(tmp_path / "noisy.tif")
        tiff(tmp_path / "samples.tif", bytes(100), 10, 10, bits=8, photometric=1, samples=60_000)
        saved(tmp_path / "whole.jpg", Image.fromarray(random_bytes(40, 40, 3)))
        (tmp_path / "broken.jpg").write_bytes(
            bytes(bytearray((tmp_path / "whole.jpg").read_bytes()).replace(b"\xff\xda", b"\xff\xdb"))
        )
        code = """if True:
            import sys
            from gradcam_tf.images import open_photo
            from gradcam_tf.errors import ImageError
            for path in sys.argv[1:]:
                try:
                    open_photo(path)
                except ImageError:
                    pass
        """
        paths = [str(path) for path in (*tmp_path.iterdir(), *bad_files(tmp_path).values()) if "\0" not in str(path)]
        done = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, check=True, text=True)
        assert done.stdout + done.stderr == ""

    def test_threads_may_overlap(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
        paths = [self.noisy(tmp_path / f"{i}.tif") for i in range(4)]
        bad = tmp_path / "bad.tif"
        bad.write_bytes(paths[0].read_bytes()[:50])
        failures: list[BaseException] = []

        def work(path: Path) -> None:
            for _ in range(30):
                try:
                    open_photo(path)
                except ImageError:
                    if path != bad:
                        failures.append(AssertionError(path))
                except BaseException as error:
                    failures.append(error)

        threads = [threading.Thread(target=work, args=(path,)) for path in (*paths, bad)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert Image.MAX_IMAGE_PIXELS == 100
        monkeypatch.undo()


ODD_NAMES = [
    b"caf\xe9.png",
    b"\xff\xfe\x80.png",
    "猫 🐈.png".encode(),
    b" two  spaces .png",
    b"line\nbreak\ttab\r.png",
    b"-rf.png",
    b"%s {0} $HOME.png",
    b"\x1b[31mred.png",
    "right-to-left\u202egnp.exe".encode(),
    b".png",
    b"'\"\\.png",
]


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are a matter of Linux")
class TestNames:
    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_of_any_bytes_open(self, tmp_path: Path, name: bytes):
        path = os.path.join(os.fsencode(tmp_path), name)
        buffer = io.BytesIO()
        Image.fromarray(random_bytes(4, 6)).save(buffer, "PNG")
        with open(path, "wb") as file:
            file.write(buffer.getvalue())
        for source in (path, os.fsdecode(path), Path(os.fsdecode(path))):
            photo = open_photo(source)
            assert os.fsencode(photo.name) == name
            assert os.fsencode(str(photo.path)) == path
            assert printable(photo.name).isprintable()

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_of_any_bytes_can_be_complained_of(self, tmp_path: Path, name: bytes):
        error = TestBadInput.refusal(os.path.join(os.fsencode(tmp_path), name))
        str(error).encode("utf-8")
        assert error.where == printable(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))

    def test_printable_keeps_what_can_be_shown(self):
        assert printable("Grüße 猫 (1).png") == "Grüße 猫 (1).png"
        assert printable("a\nb\udcff\x1b\u202e") == "a\\nb\\udcff\\x1b\\u202e"


# ---- geometry ----


def affine(placement: Placement, axis: int, length: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Along x (0) or y (1), straight from the boxes: where each pixel's centre lies in cells; whether it was seen."""
    side = 1 - axis
    centres = (np.arange(length) + 0.5) * placement.photo_size[side] / length
    photo_low, photo_high = placement.photo_box[axis], placement.photo_box[axis + 2]
    input_low, input_high = placement.input_box[axis], placement.input_box[axis + 2]
    inside = input_low + (centres - photo_low) / (photo_high - photo_low) * (input_high - input_low)
    return inside * cells / placement.input_size[side], (centres >= photo_low) & (centres <= photo_high)


def cells_per_pixel(placement: Placement, axis: int, length: int, cells: int) -> float:
    """How far apart, in cells, the centres of two neighbouring pixels lie."""
    seen = (placement.photo_box[axis + 2] - placement.photo_box[axis]) / placement.photo_size[1 - axis] * length
    return (placement.input_box[axis + 2] - placement.input_box[axis]) / placement.input_size[1 - axis] * cells / seen


def triangle(cells: int, at: np.ndarray, step: float) -> np.ndarray:
    """(len(at), cells): what a triangle at each coordinate takes of each cell; ``step`` cells from one to the next."""
    reach = max(1.0, step)
    weights = np.maximum(0, 1 - np.abs(np.arange(cells)[None] + 0.5 - at[:, None]) / reach)
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def slow_map(heatmap: np.ndarray, placement: Placement, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    axes = []
    for axis, side in ((1, 0), (0, 1)):
        at, seen = affine(placement, axis, size[side], heatmap.shape[side])
        step = cells_per_pixel(placement, axis, size[side], heatmap.shape[side])
        axes.append((triangle(heatmap.shape[side], at, step), seen))
    (rows, rows_seen), (columns, columns_seen) = axes
    covered = rows_seen[:, None] & columns_seen[None]
    return np.where(covered, rows @ heatmap @ columns.T, 0), covered


sides = st.one_of(st.integers(1, 9), st.integers(1, 300), st.sampled_from([1, 2, 500]))
inputs = st.integers(1, 64)


class TestPlacement:
    @settings(max_examples=200, deadline=None)
    @given(sides, sides, inputs, inputs)
    def test_boxes_lie_inside_and_in_the_middle(self, height: int, width: int, high: int, wide: int):
        for fit in FITS:
            placed = place_photo((height, width), (high, wide), fit)
            for box, size in ((placed.photo_box, (height, width)), (placed.input_box, (high, wide))):
                left, top, right, bottom = box
                assert 0 <= left < right <= size[1]
                assert 0 <= top < bottom <= size[0]
            left, top, right, bottom = placed.photo_box
            assert left + right == pytest.approx(width, abs=1e-4)
            assert top + bottom == pytest.approx(height, abs=1e-4)
            left, top, right, bottom = placed.input_box
            assert abs(left + right - wide) <= 1
            assert abs(top + bottom - high) <= 1

    @settings(max_examples=200, deadline=None)
    @given(sides, sides, inputs, inputs)
    def test_the_shape_is_kept(self, height: int, width: int, high: int, wide: int):
        left, top, right, bottom = place_photo((height, width), (high, wide), "crop").photo_box
        assert (right - left) * high == pytest.approx((bottom - top) * wide, rel=1e-3)
        assert right - left == width or bottom - top == height
        left, top, right, bottom = place_photo((height, width), (high, wide), "letterbox").input_box
        scale = min(high / height, wide / width)
        assert right - left == max(1, right - left) == pytest.approx(width * scale, abs=1)
        assert bottom - top == pytest.approx(height * scale, abs=1)
        assert right - left == wide or bottom - top == high
        assert all(edge == int(edge) for edge in (left, top, right, bottom))

    def test_examples(self):
        assert place_photo((480, 640), (224, 224)).photo_box == (0, 0, 640, 480)
        assert place_photo((480, 640), (224, 224), "crop").photo_box == (80, 0, 560, 480)
        assert place_photo((480, 640), (224, 224), "letterbox").input_box == (0, 28, 224, 196)
        assert place_photo((3, 2), (4, 4), "crop").photo_box == (0, 0.5, 2, 2.5)
        assert place_photo((1, 5000), (224, 224), "letterbox").input_box == (0, 111, 224, 112)

    def test_unknown_fits_and_sizes_are_refused(self):
        with pytest.raises(ImageError, match=r"no fit 'stretch'.*squash, crop or letterbox"):
            place_photo((4, 4), (4, 4), "stretch")
        for sizes in (((0, 4), (4, 4)), ((4, 4), (4, 0)), ((4, 4), (-1, 4))):
            with pytest.raises(ImageError, match="not all positive"):
                place_photo(*sizes)


class TestFit:
    @settings(max_examples=40, deadline=None)
    @given(sides, sides, inputs, inputs)
    def test_squash_is_pillows_resize(self, height: int, width: int, high: int, wide: int):
        pixels = random_bytes(height, width, 3)
        image = Image.fromarray(pixels)
        got, placed = fit_photo(photo_of(pixels), (high, wide))
        assert (got.dtype, got.shape) == (np.float32, (high, wide, 3))
        np.testing.assert_array_equal(got, np.asarray(image.resize((wide, high), Image.Resampling.BILINEAR)))
        assert placed == place_photo((height, width), (high, wide), "squash")
        grey_got, _ = fit_photo(photo_of(pixels), (high, wide), channels=1)
        expected = np.asarray(image.convert("L").resize((wide, high), Image.Resampling.BILINEAR))
        np.testing.assert_array_equal(grey_got[..., 0], expected)

    @settings(max_examples=40, deadline=None)
    @given(sides, sides, inputs, inputs)
    def test_crop_samples_exactly_its_box(self, height: int, width: int, high: int, wide: int):
        pixels = random_bytes(height, width, 3)
        got, placed = fit_photo(photo_of(pixels), (high, wide), fit="crop")
        left, top, right, bottom = placed.photo_box
        across, down = (right - left) / wide, (bottom - top) / high
        columns = triangle(width, left + (np.arange(wide) + 0.5) * across, across)
        rows = triangle(height, top + (np.arange(high) + 0.5) * down, down)
        expected = np.einsum("hy,wx,yxc->hwc", rows, columns, pixels.astype(float))
        # Pillow rounds to 8 bits after each axis.
        assert np.abs(got - expected).max() <= 1.01

    @settings(max_examples=40, deadline=None)
    @given(sides, sides, inputs, inputs, st.integers(0, 255))
    def test_letterbox_is_the_whole_photo_on_grey(self, height: int, width: int, high: int, wide: int, pad: int):
        pixels = random_bytes(height, width, 3)
        got, placed = fit_photo(photo_of(pixels), (high, wide), fit="letterbox", pad=pad)
        left, top, right, bottom = map(int, placed.input_box)
        expected = np.full((high, wide, 3), pad)
        expected[top:bottom, left:right] = np.asarray(
            Image.fromarray(pixels).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        )
        np.testing.assert_array_equal(got, expected)

    def test_pads_with_mid_grey(self):
        for channels in (1, 3):
            got, _ = fit_photo(photo_of(np.full((2, 8, 3), 9, np.uint8)), (8, 8), channels, "letterbox")
            np.testing.assert_array_equal(np.unique(got), [9, 127])

    def test_grey_photos_give_one_channel_or_three(self):
        pixels = random_bytes(6, 5, 1)
        np.testing.assert_array_equal(fit_photo(photo_of(pixels), (6, 5), 1)[0], pixels)
        np.testing.assert_array_equal(fit_photo(photo_of(pixels), (6, 5), 3)[0], np.repeat(pixels, 3, -1))

    @pytest.mark.parametrize("channels", [0, 2, 4, 13])
    def test_other_channels_are_refused(self, channels: int):
        with pytest.raises(ImageError, match=rf"made: the model wants {channels} channels.*arrays"):
            fit_photo(photo_of(random_bytes(4, 4, 3)), (4, 4), channels)

    def test_unknown_fits_are_refused(self):
        with pytest.raises(ImageError, match="squash, crop or letterbox"):
            fit_photo(photo_of(random_bytes(4, 4, 3)), (4, 4), 3, "stretch")

    def test_leaves_the_photo_as_it_is(self):
        photo = photo_of(random_bytes(40, 30, 3))
        before = photo.pixels.copy()
        for fit in FITS:
            fit_photo(photo, (16, 16), 3, fit)
        np.testing.assert_array_equal(photo.pixels, before)


class TestMapToPhoto:
    @settings(max_examples=150, deadline=None)
    @given(sides, sides, inputs, inputs, st.sampled_from(FITS), st.data())
    def test_is_the_affine_map_of_the_boxes(
        self, height: int, width: int, high: int, wide: int, fit: str, data: st.DataObject
    ):
        placed = place_photo((height, width), (high, wide), fit)
        shape = data.draw(st.sampled_from([(high, wide), (7, 7), (1, 1), (3, 100)]))
        size = data.draw(st.sampled_from([None, (2 * height, 3 * width), (5, 4)]))
        heatmap = np.random.default_rng(0).random(shape)
        heat, covered = map_to_photo(heatmap, placed, size)
        expected, seen = slow_map(heatmap, placed, size or (height, width))
        assert (heat.dtype, covered.dtype, heat.shape) == (np.float32, bool, size or (height, width))
        np.testing.assert_array_equal(covered, seen)
        np.testing.assert_allclose(heat, expected, atol=2e-5)

    @settings(max_examples=150, deadline=None)
    @given(sides, sides, inputs, inputs, st.sampled_from(FITS))
    def test_a_ramp_over_the_input_reads_as_the_coordinate(
        self, height: int, width: int, high: int, wide: int, fit: str
    ):
        placed = place_photo((height, width), (high, wide), fit)
        box, part = placed.photo_box, placed.input_box
        for axis, length, cells in ((0, width, wide), (1, height, high)):
            if (part[axis + 2] - part[axis]) > (box[axis + 2] - box[axis]):
                continue  # where the map shrinks it is antialiased, which the oracle above checks
            ramp = np.arange(cells) + 0.5
            heatmap = np.broadcast_to(ramp if axis == 0 else ramp[:, None], (high, wide))
            heat, covered = map_to_photo(heatmap, placed)
            at, _ = affine(placed, axis, length, cells)
            at = np.broadcast_to(at if axis == 0 else at[:, None], heat.shape)
            away = covered & (at >= 0.5) & (at <= cells - 0.5)
            assert np.abs(heat - at)[away].max(initial=0) < 1e-3

    @settings(max_examples=150, deadline=None)
    @given(sides, sides, st.integers(8, 64), st.integers(8, 64), st.sampled_from(FITS))
    def test_a_ramp_over_the_photo_comes_back(self, height: int, width: int, high: int, wide: int, fit: str):
        for axis, length in ((0, width), (1, height)):
            ramp = (np.arange(length) + 0.5) * (255 / length)
            pixels = np.broadcast_to(ramp if axis == 0 else ramp[:, None], (height, width))
            photo = photo_of(grey(np.rint(pixels).astype(np.uint8)))
            fitted, placed = fit_photo(photo, (high, wide), 3, fit)
            heat, covered = map_to_photo(fitted[..., 0], placed)
            far = covered & self.inner(placed, 0) & self.inner(placed, 1)
            # 8 bits are rounded to twice; a triangle of a fractional width is a little off centre.
            shrinks = max(1.0, cells_per_pixel(placed, axis, length, placed.input_size[1 - axis]))
            assert np.abs(heat - pixels)[far].max(initial=0) <= 1.5 + 0.1 * shrinks * 255 / length

    @staticmethod
    def inner(placed: Placement, axis: int) -> np.ndarray:
        """bool (H, W): so far inside the photo and the input that neither filter reaches an edge along this axis."""
        side = 1 - axis
        at, _ = affine(placed, axis, placed.photo_size[side], placed.input_size[side])
        reach = 2 * max(1.0, cells_per_pixel(placed, axis, placed.photo_size[side], placed.input_size[side]))
        far = (at > placed.input_box[axis] + reach) & (at < placed.input_box[axis + 2] - reach)
        if placed.fit != "letterbox" and placed.photo_size[side] == 1:
            far[:] = True  # a single row has no edge but where it meets the grey
        return np.broadcast_to(far if axis == 0 else far[:, None], placed.photo_size)

    @pytest.mark.parametrize("fit", FITS)
    @pytest.mark.parametrize("photo_size", [(480, 640), (641, 479), (97, 301), (1, 400), (300, 1), (37, 37)])
    def test_an_impulse_lands_on_the_right_pixel(self, fit: str, photo_size: tuple[int, int]):
        placed = place_photo(photo_size, (33, 47), fit)
        for cell in ((16, 23), (12, 30), (20, 10)):
            heatmap = np.zeros((33, 47))
            heatmap[cell] = 1
            heat, _ = map_to_photo(heatmap, placed)
            near, reached = [], True
            for axis, side in ((1, 0), (0, 1)):
                at, seen = affine(placed, axis, photo_size[side], heatmap.shape[side])
                distance = np.where(seen, np.abs(at - cell[side] - 0.5), np.inf)
                reach = max(1.0, cells_per_pixel(placed, axis, photo_size[side], heatmap.shape[side]))
                near.append(distance <= distance.min() + 1e-6)
                reached &= bool(distance.min() < reach)
            assert heat.any() == reached
            row, column = np.unravel_index(heat.argmax(), heat.shape)
            assert not reached or (near[0][row] and near[1][column])

    @pytest.mark.parametrize("fit", FITS)
    def test_a_bright_spot_of_the_photo_comes_back_to_its_place(self, fit: str):
        for y, x in ((100, 200), (233, 151), (150, 260)):
            pixels = np.zeros((300, 401, 3), np.uint8)
            pixels[y - 6 : y + 7, x - 6 : x + 7] = 255
            fitted, placed = fit_photo(photo_of(pixels), (64, 96), 3, fit, pad=0)
            heat, _ = map_to_photo(fitted[..., 0], placed)
            total = heat.sum()
            assert (heat.sum(axis=0) @ np.arange(401)) / total == pytest.approx(x, abs=0.25)
            assert (heat.sum(axis=1) @ np.arange(300)) / total == pytest.approx(y, abs=0.25)

    def test_crop_covers_the_pixels_whose_centre_it_saw(self):
        placed = place_photo((3, 2), (4, 4), "crop")  # rows from 0.5 to 2.5: their centres 0.5, 1.5 and 2.5 are seen
        heat, covered = map_to_photo(np.ones((4, 4)), placed)
        assert covered.all()
        placed = place_photo((7, 4), (4, 4), "crop")  # rows from 1.5 to 5.5
        heat, covered = map_to_photo(np.ones((4, 4)), placed)
        np.testing.assert_array_equal(covered[:, 0], [0, 1, 1, 1, 1, 1, 0])
        np.testing.assert_array_equal(heat, covered)

    def test_whole_fits_cover_everything(self):
        for fit in ("squash", "letterbox"):
            assert map_to_photo(np.ones((8, 8)), place_photo((50, 1), (8, 8), fit))[1].all()

    def test_a_part_smaller_than_a_pixel_may_cover_nothing(self):
        heat, covered = map_to_photo(np.ones((8, 4)), place_photo((1, 4), (8, 4), "crop"))
        assert not covered.any()
        assert not heat.any()

    def test_of_equal_sizes_changes_nothing(self):
        heatmap = random_bytes(9, 8).astype(np.float32)
        for fit in FITS:
            heat, _ = map_to_photo(heatmap, place_photo((9, 8), (9, 8), fit))
            np.testing.assert_array_equal(heat, heatmap)

    def test_refuses_what_is_not_one_map_and_changes_nothing(self):
        placed = place_photo((5, 5), (4, 4))
        with pytest.raises(ValueError, match=r"two axes.*\(1, 4, 4\)"):
            map_to_photo(np.ones((1, 4, 4)), placed)
        heatmap = np.random.default_rng(0).random((4, 4))
        before = heatmap.copy()
        map_to_photo(heatmap, placed)
        np.testing.assert_array_equal(heatmap, before)

    def test_a_large_photo_is_mapped_to_a_thousandth_of_a_pixel(self):
        placed = place_photo((3001, 4999), (224, 224), "crop")
        heat, covered = map_to_photo(np.broadcast_to(np.arange(224) + 0.5, (224, 224)), placed)
        at, _ = affine(placed, 0, 4999, 224)
        away = covered[0] & (at > 0.5) & (at < 223.5)
        assert math.isclose(away.sum(), 3001, rel_tol=0.01)
        assert np.abs(heat[1500] - at)[away].max() < 1e-3
