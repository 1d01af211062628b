"""Made-up photos of a paper: a sharp one, and all that goes wrong with a phone."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WORDS = ("dat", "so", "thua", "ban do", "dien tich", "cong nhan", "giay", "chung nhan")
TABLE = (150, 132, 118)
PAPER = (214, 211, 203)
INK = (40, 38, 44)
GPS = 0x8825


def a_page(size=(1500, 2100), lines=34, margin=130, paper=PAPER):
    """Return a printed page; its letters are real ones."""
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(34)
    step = (size[1] - 2 * margin) // lines
    chance = random.Random(7)  # noqa: S311  words on a made-up page
    for line in range(lines):
        text = " ".join(chance.choices(WORDS, k=chance.randint(4, 9)))
        draw.text((margin, margin + line * step), text, font=font, fill=INK)
    return page


def on_a_table(page, border=110):
    """Return the page as it lies on a table, photographed from above."""
    wide, high = page.size
    seen = Image.new("RGB", (wide + 2 * border, high + 2 * border), TABLE)
    seen.paste(page, (border, border))
    return seen


def blurred(page, radius=4):
    return page.filter(ImageFilter.GaussianBlur(radius))


def with_glare(page, share=0.28):
    wide, high = page.size
    mask = Image.new("L", page.size, 0)
    box = (wide * 0.4, high * 0.3, wide * (0.4 + share), high * (0.3 + share))
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(30))
    return Image.composite(Image.new("RGB", page.size, "white"), page, mask)


def dark(page, share=0.3):
    return page.point(lambda level: int(level * share))


def cut(page, margin=130):
    """Return the page with its left side and some writing off the picture."""
    return page.crop((margin + 200, 0, *page.size))


def sideways(page):
    return page.transpose(Image.Transpose.ROTATE_90)


def jpeg(page, **more):
    return _saved(page, "JPEG", quality=88, **more)


def png(page):
    return _saved(page, "PNG")


def from_a_phone(page, orientation=6):
    """Return a JPEG as a phone writes it: turned, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "May ao"
    exif.get_ifd(GPS).update(
        {1: "N", 2: (12.0, 40.0, 12.0), 3: "E", 4: (108.0, 2.0, 0)}
    )
    return jpeg(page, exif=exif)


def pdf(*pages, **more):
    target = io.BytesIO()
    first, *rest = pages
    first.save(target, "PDF", save_all=True, append_images=rest, resolution=150, **more)
    return target.getvalue()


def _saved(page, kind, **more):
    target = io.BytesIO()
    page.save(target, kind, **more)
    return target.getvalue()
