#!/usr/bin/env python3
"""Writes made/, encodings/ and transparent/: pictures of QR codes and what is in them.

given/ was given to the project: 49 pictures of 20 kinds. made/ has the same kinds and a few more, with other accounts and
other places; `make.py FOLDER SEED...` writes any number of further ones, on which the readers were compared
(docs/qr-reading.md). encodings/ has codes whose bytes are not plain UTF-8, and what is to come of them. transparent/ has
codes on a transparent ground, in each format that has one.

Needs segno 1.6, Pillow, numpy and ImageMagick. Run in this folder, with the folders to write (all by default); the result
does not change from run to run.
"""
import base64
import json
import os
import random
import subprocess
import sys
import urllib.parse

import numpy as np
import segno
from PIL import Image, ImageFilter

KINDS = ("short", "aws", "ko", "mig4", "mig10")


def secret(dice, length):
    return base64.b32encode(dice.randbytes(length)).decode().rstrip("=")


def migration(dice, count):
    """A batch of Google's export, its protocol buffer written out by hand."""

    def field(number, value):
        return bytes([number << 3 | 2, len(value)]) + value

    payload = b""
    for _ in range(count):
        name = f"Example Corp:user{dice.randrange(100):02}@example.com".encode()
        entry = field(1, dice.randbytes(20)) + field(2, name) + field(3, b"Example Corp")
        payload += field(1, entry + b"\x20\x01\x28\x01\x30\x02")
    payload += b"\x10\x01\x18\x01\x20\x00\x28\xdb\xaf\xd7\x98\xfa\xff\xff\xff\xff\x01"
    return "otpauth-migration://offline?data=" + urllib.parse.quote(base64.b64encode(payload), safe="")


def text_of(dice, kind):
    if kind == "short":
        return f"otpauth://totp/Example:{dice.choice(['alice', 'bobby', 'carol'])}@google.com?secret={secret(dice, 10)}&issuer=Example"
    if kind == "aws":
        return (f"otpauth://totp/Amazon%20Web%20Services:jane.doe@my-company-alias?secret={secret(dice, 40)}"
                "&issuer=Amazon%20Web%20Services")
    if kind == "ko":
        bank = urllib.parse.quote("우리은행")
        return f"otpauth://totp/{bank}%3A{urllib.parse.quote('사용자')}%40example.co.kr?secret={secret(dice, 20)}&issuer={bank}"
    return migration(dice, int(kind[3:]))


def encode(text, level="m"):
    return segno.make(text, error=level, boost_error=False, micro=False)


def draw(code, scale, border=4, dark=0, light=255):
    modules = np.array([[dark if module else light for module in row] for row in code.matrix], np.uint8)
    return np.kron(np.pad(modules, border, constant_values=light), np.ones((scale, scale), np.uint8))


def page(width, height, tone, *drawings):
    whole = np.full((height, width), tone, np.uint8)
    for drawing, x, y in drawings:
        whole[y : y + drawing.shape[0], x : x + drawing.shape[1]] = drawing
    return whole


def blurred(drawing, radius):
    return Image.fromarray(drawing).filter(ImageFilter.GaussianBlur(radius))


def turned(drawing, angle):
    how = Image.Resampling.BICUBIC if angle % 90 else Image.Resampling.NEAREST
    return Image.fromarray(drawing).rotate(angle, how, expand=True, fillcolor=255)


def in_perspective(drawing):
    size = (drawing.shape[1], drawing.shape[0])
    how = (1.15, 0.115, -29.7, 0.08, 1.176, -25.1, 0.00012, 0.0001)
    return Image.fromarray(drawing).transform(size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BICUBIC, fillcolor=255)


def photographed(drawing, dice):
    noise = np.random.default_rng(dice.randrange(1 << 30)).normal(0, dice.uniform(3, 8), drawing.shape)
    light = np.linspace(dice.uniform(0.3, 0.5), dice.uniform(0.85, 1.0), drawing.shape[1])[None, :]
    tones = (30 + np.array(blurred(drawing, dice.uniform(1.0, 1.6))).astype(float) * 0.75) * light + noise
    return tones.clip(0, 255).astype(np.uint8)


def coloured(drawing, dark, light):
    return np.where(drawing[..., None] == 0, np.array(dark), np.array(light)).astype(np.uint8)


def transparent(drawing):
    whole = np.zeros((*drawing.shape, 4), np.uint8)
    whole[..., 3] = 255 - drawing
    return whole


def unevenly_lit(drawing):
    light = np.linspace(0.35, 1, drawing.shape[0])[:, None] * np.linspace(1, 0.6, drawing.shape[1])[None, :]
    return (drawing * light + 8).clip(0, 255).astype(np.uint8)


def pictures(dice, kind):
    text, other = text_of(dice, kind), text_of(dice, dice.choice(KINDS[:3]))
    code, beside = encode(text), encode(other)
    x, y = dice.randrange(20, 200), dice.randrange(20, 200)
    level = dice.randrange(60, 180)
    fraction = int((code.symbol_size()[0]) * dice.uniform(2.3, 4.7))
    how = dice.choice([Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
    plain = draw(code, 4)
    yield "alpha.png", transparent(plain), [text]
    yield "blur.png", blurred(draw(code, 5), dice.uniform(2.1, 2.9)), [text]
    yield "clean.png", plain, [text]
    yield "color.png", coloured(plain, (200, 30, 60), (255, 240, 200)), [text]
    yield "darkpage_inv.png", page(900, 900, 20, (draw(code, 4, 0, 235, 30), x, y)), [text]
    yield "darkpage_noquiet.png", page(900, 900, 20, (draw(code, 4, 0), x, y)), [text]
    yield "darkpage_quiet1.png", page(900, 900, 20, (draw(code, 4, 1), x, y)), [text]
    yield "frac.png", Image.fromarray(draw(code, 10)).resize((fraction, fraction), how), [text]
    yield "inv.png", draw(code, 4, 4, 255, 0), [text]
    yield "jpeg30.jpg", plain, [text]
    yield "lowcontrast.png", draw(code, 4, 4, level, level + dice.randrange(14, 40)), [text]
    yield "persp.png", in_perspective(draw(code, 6)), [text]
    yield "photo.png", photographed(draw(code, 6), dice), [text]
    for angle in (7, 15, 45, 90):
        yield f"rot{angle}.png", turned(draw(code, 5), angle), [text]
    yield "scale1.png", draw(code, 1), [text]
    yield "scale2.png", draw(code, 2), [text]
    yield "multi_mixed_inv.png", page(1920, 1080, 26, (draw(beside, 2, 0, 240, 30), 50, 60), (draw(code, 3), 600, 100)), [text, other]
    yield "multi_plain.png", page(1920, 1080, 255, (draw(beside, 3), 50, 60), (draw(code, 3), 600, 100)), [text, other]
    yield "screen4k.png", page(3840, 2160, dice.choice([255, 245, 26]), (draw(code, dice.choice([3, 4, 6])), 10 * x, 5 * y)), [text]
    yield "uneven.png", unevenly_lit(draw(code, 5)), [text]
    yield "noquiet.png", draw(code, 5, 0), [text]
    yield "mirror.png", plain[:, ::-1], [text]


def write(folder, chosen):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, picture, texts in chosen:
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(np.ascontiguousarray(picture))
        image.save(f"{folder}/{name}", quality=30)
        expected[name] = sorted(texts)
    with open(f"{folder}/expected.json", "w") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


def seeded(seed):
    for kind in KINDS:
        for name, picture, texts in pictures(random.Random(f"{seed} {kind}"), kind):
            stem, ending = name.rsplit(".", 1)
            yield f"{stem}_{kind}_{seed}.{ending}", picture, texts


def made():
    """Each kind of picture once, with the kinds of texts in turn."""
    every = list(seeded(1))
    each = len(every) // len(KINDS)
    for index in range(each):
        yield every[index % len(KINDS) * each + index]
    # What no reader reads: a finder pattern is cut off.
    yield next(case for case in every if case[0] == "persp_mig10_1.png")


def encodings():
    uri = "otpauth://totp/{}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    unknown = {"problem": "names no other encoding"}
    cases = {
        "utf8_raw": (segno.make(uri.format("우리은행:제인").encode(), error="m", mode="byte"), [uri.format("우리은행:제인")]),
        "utf8_eci": (segno.make(uri.format("지메일:민수"), error="m", encoding="utf-8", eci=True), [uri.format("지메일:민수")]),
        "gbk_raw": (segno.make(uri.format("支付宝:张三").encode("gbk"), error="m", mode="byte"), unknown),
        "gb18030_eci": (segno.make(uri.format("支付宝:张三"), error="m", encoding="gb18030", eci=True), [uri.format("支付宝:张三")]),
        "shift_jis_eci": (segno.make(uri.format("銀行:花子"), error="m", encoding="shift_jis", eci=True, mode="byte"), [uri.format("銀行:花子")]),
        "latin1_raw": (segno.make(uri.format("Käse:Jürgen").encode("latin-1"), error="m", mode="byte"), unknown),
        "part_of_several": (segno.make_sequence(uri.format("x" * 300), error="m", symbol_count=3)[1], {"problem": "a part of a text"}),
    }
    expected = {}
    os.makedirs("encodings", exist_ok=True)
    for name, (code, outcome) in cases.items():
        Image.fromarray(draw(code, 4)).save(f"encodings/{name}.png")
        expected[f"{name}.png"] = outcome
    with open("encodings/expected.json", "w") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


def rgba(shape, color, hidden=(0, 0, 0)):
    """Modules of a colour, as opaque as `shape` says; `hidden` is what the file says of what is not seen."""
    whole = np.zeros((*shape.shape, 4), np.uint8)
    whole[..., :3] = np.where(shape[..., None] > 0, color, hidden)
    whole[..., 3] = shape
    return whole


def transparent_pictures(dice):
    """Codes of several accounts on a ground that is not there. White ones vanish on white."""
    texts = [text_of(dice, kind) for kind in KINDS[:3]]
    for number, name in enumerate(["white", "white_hidden_white", "dark_hidden_dark", "gray", "red", "half_white", "gradient"]):
        text = texts[number % 3]
        shape = 255 - draw(encode(text), 4)
        if name == "gradient":
            # From black to white: some modules vanish on either ground.
            color = np.broadcast_to(np.linspace(0, 255, shape.shape[1])[None, :, None], (*shape.shape, 3))
            picture = rgba(shape, color)
        else:
            color = {"dark": (0, 0, 0), "gray": (128, 128, 128), "red": (200, 30, 60)}.get(name.split("_")[0], (255, 255, 255))
            hidden = {"white_hidden_white": (255, 255, 255)}.get(name, (0, 0, 0))
            picture = rgba(shape // 2 if name.startswith("half") else shape, color, hidden)
        yield f"{name}.png", Image.fromarray(picture), [text]
    text = texts[0]
    plain = draw(encode(text), 4)
    white = Image.fromarray(rgba(255 - plain, (255, 255, 255)))
    # A stencil: the light modules are there, the dark ones are holes.
    yield "stencil.png", Image.fromarray(rgba(plain, (255, 255, 255), (255, 255, 255))), [text]
    # Nothing is to be seen at all; the code is in what is hidden.
    hidden = np.dstack([plain, plain, plain, np.zeros_like(plain)])
    yield "nothing_seen.png", Image.fromarray(hidden), [text]
    yield "white_gray_alpha.png", white.convert("LA"), [text]
    yield "white.webp", white, [text]
    yield "white_lossy.webp", white, [text]
    palette = Image.fromarray((plain == 0).astype(np.uint8), "P")
    palette.putpalette([9, 9, 9, 255, 255, 255])
    for ending in ("png", "gif"):
        yield f"white_palette.{ending}", palette, [text]
    # One bit a pixel, of which white is the transparent one; and black.
    one_bit = Image.fromarray(plain).convert("1")
    yield "bits_without_white.png", one_bit, [text]
    yield "bits_without_black.png", Image.fromarray(255 - plain).convert("1"), [text]
    # A page with one of each: neither ground shows both.
    dark, light = (rgba(255 - draw(encode(each), 4), color) for each, color in zip(texts, ((0, 0, 0), (255, 255, 255))))
    both = np.zeros((400, 600, 4), np.uint8)
    for drawing, x in ((dark, 0), (light, 320)):
        both[: drawing.shape[0], x : x + drawing.shape[1]] = drawing
    yield "dark_and_white.png", Image.fromarray(both), texts[:2]


def transparent():
    os.makedirs("transparent", exist_ok=True)
    expected = {}
    for name, picture, texts in transparent_pictures(random.Random("transparent")):
        options = {
            "white.webp": {"lossless": True, "exact": True},
            "white_lossy.webp": {"quality": 60},
            "white_palette.png": {"transparency": 0, "bits": 1},
            "white_palette.gif": {"transparency": 0},
            "bits_without_white.png": {"transparency": 255},
            "bits_without_black.png": {"transparency": 0},
        }
        picture.save(f"transparent/{name}", **options.get(name, {}))
        expected[name] = sorted(texts)
    # Samples of 16 bits, which Pillow does not write.
    for name, form in (("white", "PNG64"), ("white_gray_alpha", "PNG")):
        wide = f"transparent/{name}_16_bits.png"
        options = ["-define", "png:bit-depth=16", "-define", "png:exclude-chunks=date,time"]
        subprocess.run(["convert", f"transparent/{name}.png", "-depth", "16", *options, f"{form}:{wide}"], check=True)
        expected[f"{name}_16_bits.png"] = expected[f"{name}.png"]
    with open("transparent/expected.json", "w") as file:
        json.dump(dict(sorted(expected.items())), file, ensure_ascii=False, indent=1)
        file.write("\n")


FOLDERS = {"made": lambda: write("made", made()), "encodings": encodings, "transparent": transparent}
if len(sys.argv) > 1 and sys.argv[1] not in FOLDERS:
    write(sys.argv[1], (case for seed in sys.argv[2:] for case in seeded(seed)))
else:
    for folder in sys.argv[1:] or FOLDERS:
        FOLDERS[folder]()
