#!/usr/bin/env python3
"""Writes made/, encodings/, transparent/, drawings/, formats/ and animations/: pictures of QR codes and what is in them.

given/ was given to the project: 49 pictures of 20 kinds. made/ has the same kinds and a few more, with other accounts and
other places; `make.py FOLDER SEED...` writes any number of further ones, on which the readers were compared
(docs/qr-reading.md). encodings/ has codes whose bytes are not plain UTF-8, and what is to come of them. transparent/ has
codes on a transparent ground, in each format that has one. drawings/ has SVG drawings as programs write them, and as pages
are known to have them. formats/ has one code in many kinds of file, those that are not read among them. animations/ has
codes that come one after the other.

Needs segno 1.6, Pillow with pillow-heif and pillow-jxl-plugin, numpy, ImageMagick, qrcode 8, qrencode, zint and
rsvg-convert. Run in this folder, with the folders to write (all by default); the result
does not change from run to run.
"""
import base64
import gzip
import io
import json
import os
import random
import subprocess
import sys
import urllib.parse

import numpy as np
import qrcode
import qrcode.image.svg
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


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def segno_svg(code, **options):
    out = io.BytesIO()
    code.save(out, kind="svg", **options)
    return out.getvalue().decode()


def qrcode_svg(text, factory):
    out = io.BytesIO()
    qrcode.make(text, image_factory=factory, error_correction=qrcode.constants.ERROR_CORRECT_M).save(out)
    return out.getvalue().decode()


def piped(command, given):
    return subprocess.run(command, input=given.encode(), capture_output=True, check=True).stdout.decode()


def modules(code, form, border=4):
    """Each dark module in a form of its own."""
    return "".join(
        form.format(x=x + border, y=y + border) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )


def drawn(dice):
    text = text_of(dice, "short")
    code = encode(text)
    side = code.symbol_size()[0]
    box = f'viewBox="0 0 {side} {side}"'
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark)
    path = f'<path transform="translate(4 4)" d="{squares}"/>'
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    # As programs write them.
    yield "segno", segno_svg(code, scale=6, light="#fff"), [text]
    yield "segno_no_size", segno_svg(code, omitsize=True), [text]
    yield "segno_one_unit_a_module", segno_svg(code), [text]
    yield "segno_millimetres", segno_svg(code, scale=2, unit="mm", svgversion=1.1), [text]
    yield "segno_white_modules", segno_svg(code, scale=3, dark="white"), [text]
    yield "segno_colours", segno_svg(code, dark="darkblue", data_dark="steelblue", light="lightyellow"), [text]
    for name, factory in (("rects", "SvgImage"), ("path", "SvgPathImage"), ("path_on_white", "SvgPathFillImage")):
        yield f"qrcode_{name}", qrcode_svg(text, getattr(qrcode.image.svg, factory)), [text]
    yield "qrencode", piped(["qrencode", "-t", "SVG", "-o", "-"], text), [text]
    yield "qrencode_rle", piped(["qrencode", "-t", "SVG", "--rle", "--svg-path", "-o", "-"], text), [text]
    yield "zint", piped(["zint", "-b", "58", "--direct", "--filetype=svg", "-i", "-"], text), [text]
    yield "cairo", piped(["rsvg-convert", "--format=svg"], segno_svg(code, scale=6, light="#fff")), [text]
    # As pages have them: qrcode.js copies a template, qr-code-styling clips a surface, Figma masks one, Illustrator has styles.
    use = modules(code, '<use x="{x}" y="{y}" xlink:href="#template"/>')
    yield "use", f'{SVG}{box}>{white}<rect fill="#000" width="1" height="1" id="template"/>{use}</svg>', [text]
    rects = modules(code, '<rect x="{x}" y="{y}" width="1" height="1"/>')
    gradient = '<linearGradient id="paint"><stop offset="0" stop-color="#102"/><stop offset="1" stop-color="#a35"/></linearGradient>'
    clip = f'<defs>{gradient}<clipPath id="clip">{rects}</clipPath></defs>'
    yield "clip", (
        f'{SVG}{box} width="300" height="300">{clip}{white}'
        f"<rect width='{side}' height='{side}' clip-path=\"url('#clip')\" fill=\"url('#paint')\"/></svg>"
    ), [text]
    mask = f'<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="{side}" height="{side}"><g fill="#fff">{path}</g></mask>'
    yield "mask", f'{SVG}{box}>{mask}<g mask="url(#m)"><rect width="{side}" height="{side}" fill="#222"/></g></svg>', [text]
    style = "<style type='text/css'><![CDATA[ .a{fill:none} svg .b > * {fill:currentColor;stroke:none} ]]></style>"
    yield "styles", f'{SVG}{box} color="#333" class="a">{style}<g class="a b">{path}</g></svg>', [text]
    styled = path.replace("<path", "<path style='fill: #000 !important'")
    yield "inline_styles", f'{SVG}{box} fill="none"><g style="fill:white">{styled}</g></svg>', [text]
    dots = modules(code, '<circle cx="{x}.5" cy="{y}.5" r=".45"/>')
    yield "dots", f'{SVG}{box}>{dots}</svg>', [text]
    yield "turned", f'{SVG}viewBox="-50 -50 {2 * side + 100} {2 * side + 100}"><g transform="rotate(30 {side} {side})">{path}</g></svg>', [text]
    yield "nested", (
        f'{SVG}width="210mm" height="297mm"><symbol id="s" {box}>{path}</symbol>{white}'
        f'<svg x="20" y="30" width="90" height="90"><use href="#s" width="90" height="90"/></svg></svg>'
    ), [text]
    yield "on_dark", f'{SVG}{box}><rect width="{side}" height="{side}" fill="#111"/><g opacity=".9" fill="#fff">{path}</g></svg>', [text]
    document_type = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n<!ENTITY a "b">\n]>'
    yield "document_type", f'<?xml version="1.0"?>\n<!-- <svg> -->\n{document_type}\n<s:svg xmlns:s="http://www.w3.org/2000/svg" {box}>{path.replace("<path", "<s:path")}</s:svg>', [text]
    yield "enormous", f'{SVG}width="1e6" height="1e6"><g transform="scale({1e6 / side})">{path}</g></svg>', [text]
    # An editor's file: a drawing with one code, and a picture with another in it.
    other = text_of(random.Random(5), "aws")
    picture = io.BytesIO()
    Image.fromarray(draw(encode(other), 3)).convert("1").save(picture, "PNG")
    data = base64.b64encode(picture.getvalue()).decode()
    yield "embedded", f'{SVG}{box}>{path}<image x="90" width="60" height="60" xlink:href="data:image/png;base64,{data}"/></svg>', [text, other]
    # The largest code there is, and two kinds of bytes.
    large = "otpauth://totp/large?secret=" + secret(dice, 1380)
    yield "largest", segno_svg(segno.make(large, version=40, error="l", boost_error=False), scale=4), [large]
    yield "utf_16", f'\ufeff<?xml version="1.0" encoding="UTF-16"?>{SVG}{box}>{path}</svg>', [text]


def drawings():
    os.makedirs("drawings", exist_ok=True)
    expected = {}
    for name, drawing, texts in drawn(random.Random("drawings")):
        with open(f"drawings/{name}.svg", "wb") as file:
            file.write(drawing.encode("utf-16-le" if name == "utf_16" else "utf-8"))
        expected[f"{name}.svg"] = sorted(texts)
    with open("drawings/segno.svg", "rb") as plain, open("drawings/compressed.svgz", "wb") as file:
        file.write(gzip.compress(plain.read(), mtime=0))
    expected["compressed.svgz"] = expected["segno.svg"]
    with open("drawings/expected.json", "w") as file:
        json.dump(dict(sorted(expected.items())), file, ensure_ascii=False, indent=1)
        file.write("\n")


def formats():
    import pillow_heif
    import pillow_jxl  # noqa: F401

    pillow_heif.register_heif_opener()
    os.makedirs("formats", exist_ok=True)
    text = text_of(random.Random("formats"), "short")
    plain = Image.fromarray(draw(encode(text), 2))
    expected = {}

    def save(name, picture, outcome=(text,), **options):
        picture.save(f"formats/{name}", **options)
        expected[name] = outcome

    def convert(name, *options):
        subprocess.run(["convert", "formats/gray.bmp", *options, f"formats/{name}"], check=True)
        expected[name] = (text,)

    save("gray.bmp", plain)
    save("bits.bmp", plain.convert("1"))
    save("rgb.bmp", plain.convert("RGB"))
    save("rgba.bmp", plain.convert("RGBA"))
    # Windows' own programs leave the fourth byte of 32-bit bitmaps at zero, and it does not mean that all is transparent.
    convert("bits_32_without_alpha.bmp", "-alpha", "set", "-channel", "A", "-evaluate", "set", "0", "-define", "bmp:format=bmp4")
    convert("rle.bmp", "-type", "palette", "-colors", "16", "-compress", "RLE", "-define", "bmp:format=bmp3")
    convert("os2.bmp", "-define", "bmp:format=bmp2")
    for name, what, options in (
        ("code.tiff", "a TIFF picture", {"compression": "tiff_lzw"}),
        ("code.heic", "a HEIC picture", {}),
        ("code.avif", "an AVIF picture", {}),
        ("code.jxl", "a JPEG XL picture", {"use_container": True}),
        ("code.ico", "an icon", {"sizes": [(64, 64)]}),
        ("code.pdf", "a PDF file", {}),
    ):
        save(name, plain.convert("RGB"), {"problem": f"it is {what}, which is not read; make a PNG of it"}, **options)
    with open("formats/expected.json", "w") as file:
        json.dump(dict(sorted(expected.items())), file, ensure_ascii=False, indent=1)
        file.write("\n")


def parts(dice, number):
    """Google's export in so many codes, an account in each."""
    uris = []
    for index in range(number):
        name = f"Example:{'abcdefgh'[index]}".encode()
        entry = bytes([10, 20]) + dice.randbytes(20) + bytes([18, len(name)]) + name + b"\x20\x01\x28\x01\x30\x02"
        payload = bytes([10, len(entry)]) + entry + bytes([16, 1, 24, number, 32, index, 40, 77])
        uris.append("otpauth-migration://offline?data=" + urllib.parse.quote(base64.b64encode(payload), safe=""))
    return uris


def animations():
    os.makedirs("animations", exist_ok=True)
    dice = random.Random("animations")
    texts = parts(dice, 3)
    expected = {}

    def frame(drawing, ground):
        whole = Image.new("RGBA", (190, 190), ground)
        whole.paste(Image.fromarray(drawing), (5, 5))
        return whole

    drawings = [draw(encode(text), 3) for text in texts]
    frames = [frame(drawing, "white").convert("RGB") for drawing in drawings]
    blank = Image.new("RGB", frames[0].size, (255, 255, 255))

    def save(name, pictures, expect, **options):
        first, *rest = pictures
        first.save(f"animations/{name}", save_all=True, append_images=rest, duration=400, loop=0, **options)
        expected[name] = sorted(expect)

    save("parts.gif", frames, texts)
    save("parts.png", frames, texts)
    save("parts.webp", frames, texts, lossless=True)
    save("parts_lossy.webp", frames, texts, quality=40)
    # Each frame wiped, or put back, before the next. The second is not Pillow's: what it writes, nobody else reads so.
    save("disposal_2.gif", [blank, *frames], texts, disposal=2)
    for index, picture in enumerate([blank, *frames]):
        picture.save(f"animations/{index}.png")
    numbered = [f"animations/{index}.png" for index in range(4)]
    film = ["-delay", "40", numbered[0], "-dispose", "previous", *numbered[1:]]
    subprocess.run(["convert", *film, "animations/disposal_3.gif"], check=True)
    expected["disposal_3.gif"] = sorted(texts)
    for name in numbered:
        os.remove(name)
    for disposal in (1, 2):
        save(f"disposal_{disposal}.png", [blank, *frames], texts, disposal=disposal)
    # What is shown where nothing moves is no frame: both have codes.
    save("still_apart.png", frames, texts, default_image=True)
    # White modules on nothing, one after the other.
    clear = [frame(rgba(255 - drawing, (255, 255, 255)), (0, 0, 0, 0)) for drawing in drawings]
    save("white.png", clear, texts, disposal=1)
    save("white.webp", clear, texts, lossless=True)
    # A phone's screen on which one code after the other moves in from the side, recorded at some frames a second.
    film = []
    for drawing in frames:
        for left in (160, 60, 20, 20, 20, -60):
            screen = Image.new("RGB", (220, 220), (240, 240, 240))
            screen.paste(drawing, (left, 15))
            film.append(screen)
    save("film.gif", film, texts)
    save("one_frame.gif", frames[:1], texts[:1])
    with open("animations/expected.json", "w") as file:
        json.dump(dict(sorted(expected.items())), file, ensure_ascii=False, indent=1)
        file.write("\n")


FOLDERS = {"made": lambda: write("made", made()), "encodings": encodings, "transparent": transparent, "drawings": drawings, "formats": formats, "animations": animations}
if len(sys.argv) > 1 and sys.argv[1] not in FOLDERS:
    write(sys.argv[1], (case for seed in sys.argv[2:] for case in seeded(seed)))
else:
    for folder in sys.argv[1:] or FOLDERS:
        FOLDERS[folder]()
