#!/usr/bin/env python3
"""Writes rules.json: one URI or more for each rule of the reader, in the form of wild.json, with the complete warnings.

The codes are computed here by Python's own HMAC. Run in this folder; the result does not change from run to run.
"""
import base64
import hashlib
import hmac
import json
import unicodedata

S = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # 160 bits
STEAM = "23456789BCDFGHJKMNPQRTVWXY"


def code(key, counter, algorithm, digits, steam):
    mac = hmac.new(key, counter.to_bytes(8, "big"), getattr(hashlib, algorithm.lower())).digest()
    offset = mac[-1] & 15
    value = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    if steam:
        return "".join(STEAM[value // 26**place % 26] for place in range(5))
    return str(value % 10**digits).zfill(digits)


def key_of(text):
    text = text.upper()
    bits = "".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(symbol):05b}" for symbol in text)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


cases = []


def ok(name, uri, account="a", issuer="", alias=None, warnings=(), secret=S, kind="totp", algorithm="SHA1", digits=6,
       period=30, counter=None):
    key = key_of(secret)
    if len(secret) % 8 == 0:
        assert base64.b32encode(key).decode() == secret.upper()
    moving = counter if kind == "hotp" else 1700000000 // period
    made = code(key, moving, algorithm, digits, kind == "steam")
    cases.append({
        "id": name, "uri": uri, "ok": True, "type": kind, "issuer": issuer, "account": account, "alias": alias,
        "secret_hex": key.hex(), "algorithm": algorithm, "digits": digits, "period": None if kind == "hotp" else period,
        "counter": counter, "code_at_1700000000": None if kind == "hotp" else made,
        "code_at_counter": made if kind == "hotp" else None, "warnings": list(warnings),
    })


def bad(name, uri, error):
    cases.append({"id": name, "uri": uri, "ok": False, "error": error})


def totp(label="a", more="", secret=S):
    return f"otpauth://totp/{label}?secret={secret}{more}"


def hotp(more, secret=S):
    return f"otpauth://hotp/a?secret={secret}{more}"


# Scheme, type and names of parameters.
ok("upper-case", f"OTPAUTH://TOTP/a?SECRET={S}&ISSUER=I&DIGITS=8", issuer="I", digits=8, warnings=["ga-ignores-parameter"])
ok("byte-order-mark", "\ufeff\n\t" + totp())
ok("secret-last", f"otpauth://totp/a?period=30&digits=6&algorithm=SHA1&secret={S}")
ok("unknown-parameters", totp(more="&image=https%3A%2F%2Fx%2Fy.png%3Fa%3Db&color=ff0000&tags=a&tags=b&lock=true&flag&codeDisplay=%7B%22pinned%22%3Atrue%7D"))
ok("empty-pieces", f"otpauth://totp/a?&&secret={S}&&")
ok("equals-in-value", totp(more="&issuer=a=b"), issuer="a=b")

# Names.
ok("plus-in-value", totp("Air%20Canada:a", "&issuer=Air+Canada"), issuer="Air Canada")
ok("plus-in-prefix", totp("Air+Canada:a"), issuer="Air Canada")
ok("plus-in-prefix-and-value", totp("Air+Canada:a", "&issuer=Air+Canada"), issuer="Air Canada")
ok("plus-of-a-name", totp("Disney+:a"), issuer="Disney+")
ok("plus-twice", totp("C++:a"), issuer="C++")
ok("plus-escaped-between-words", totp("A%2BB:a"), issuer="A+B")
ok("plus-before-a-bracket", totp("Acme+(Test):a", "&issuer=Acme+(Test)"), issuer="Acme (Test)")
ok("plus-raw-in-both", totp("A+B:a", "&issuer=A%2BB"), issuer="A+B")
ok("plus-hangul", totp("우리+은행%3Aa"), issuer="우리 은행")
ok("plus-of-a-phone", totp("Acme:+8210"), issuer="Acme", account="+8210")
ok("colon-upper", totp("Acme%3Aa"), issuer="Acme")
ok("colon-lower", totp("Acme%3aa"), issuer="Acme")
ok("colon-escaped-twice", totp("Acme%253Aa"), account="Acme%3Aa")
ok("leading-colon", totp(":a"))
ok("leading-colon-and-issuer", totp(":a", "&issuer=Acme"), issuer="Acme")
ok("only-colon", totp(":"), account="", warnings=["empty-label"])
ok("label-only-issuer-and-colon", totp("Acme:", "&issuer=Acme"), account="", issuer="Acme")
ok("no-label-no-slash", f"otpauth://totp?secret={S}", account="", warnings=["empty-label"])
ok("slash-only", f"otpauth://totp/?secret={S}", account="", warnings=["empty-label"])
ok("spaces-around", totp("%20Acme%20:%20%20a%20", "&issuer=%20Acme%20"), issuer="Acme")
ok("raw-spaces", "otpauth://totp/My Co:John Doe?secret=JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP&issuer=My Co", account="John Doe", issuer="My Co")
ok("aws-name", totp("Amazon Web Services:root-account-mfa-device@1234", "&issuer=Amazon%20Web%20Services"),
   account="root-account-mfa-device@1234", issuer="Amazon Web Services")
ok("aws-api", totp("jane@my-account", secret="A" * 64), account="jane@my-account", secret="A" * 64)
ok("arn", totp("AWS:arn:aws:iam::123456789012:mfa/jane", "&issuer=AWS"), account="arn:aws:iam::123456789012:mfa/jane", issuer="AWS",
   warnings=["colon-in-account"])
ok("arn-alone", totp("arn:aws-cn:iam::123456789012:mfa/jane"), account="arn:aws-cn:iam::123456789012:mfa/jane", warnings=["colon-in-account"])
ok("arn-and-parameter", totp("arn%3Aaws%3Aiam::1:mfa/jane", "&issuer=AWS"), account="arn:aws:iam::1:mfa/jane", issuer="AWS",
   warnings=["colon-in-account"])
ok("url-issuer", totp("https%3A%2F%2Fgit.example.com%3A3000:jane", "&issuer=https%3A%2F%2Fgit.example.com%3A3000"), account="jane",
   issuer="https://git.example.com:3000", warnings=["colon-in-issuer"])
ok("url-issuer-raw", totp("https://git.example.com:jane", "&issuer=https://git.example.com"), account="jane",
   issuer="https://git.example.com", warnings=["colon-in-issuer"])
ok("url-issuer-alone", totp("https%3A%2f%2fgit.example.com:jane"), account="jane", issuer="https://git.example.com", warnings=["colon-in-issuer"])
ok("gitea", totp("Gitea%3A%20Git%20with%20tea%20(https%3A%2F%2Fg.example):jane", "&issuer=Gitea%3A+Git+with+tea+%28https%3A%2F%2Fg.example%29"),
   account="jane", issuer="Gitea: Git with tea (https://g.example)", warnings=["colon-in-issuer"])
ok("many-colons", totp("a:b:c:d"), account="b:c:d", issuer="a", warnings=["colon-in-account"])
ok("mismatch-and-colons", totp("a:b:c", "&issuer=x"), account="b:c", issuer="x", alias="a", warnings=["issuer-mismatch", "colon-in-account"])
ok("apple", totp("Example%20Inc.:a", "&issuer=example.com"), issuer="example.com", alias="Example Inc.", warnings=["issuer-mismatch"])
ok("empty-issuer", totp("Acme:a", "&issuer="), issuer="Acme")
ok("double-prefix", totp("Acme:Acme:a", "&issuer=Acme"), account="Acme:a", issuer="Acme", warnings=["colon-in-account"])
ok("hangul-escaped", totp("%EC%9A%B0%EB%A6%AC%EC%9D%80%ED%96%89:%EA%B0%80", "&issuer=%EC%9A%B0%EB%A6%AC%EC%9D%80%ED%96%89"), account="가", issuer="우리은행")
ok("hangul-decomposed", totp(unicodedata.normalize("NFD", "우리은행:사용자"), "&issuer=우리은행"), account="사용자", issuer="우리은행")
ok("hangul-decomposed-alone", totp(unicodedata.normalize("NFD", "우리은행:사용자")), account="사용자", issuer="우리은행")
ok("ampersand-escaped", totp("a%26b:c%3Fd%23e%3Df%25", "&issuer=a%26b"), account="c?d#e=f%", issuer="a&b")
ok("percent-alone", totp("100%:50%zz"), account="50%zz", issuer="100%", warnings=["invalid-encoding"])
ok("gbk", totp("%CE%D2:a"), issuer="\ufffd\ufffd", warnings=["invalid-encoding"])

# Hash signs.
ok("hash-in-issuer", f"otpauth://totp/C#:a?issuer=C#&secret={S}", issuer="C#", warnings=["unescaped-hash"])
ok("hash-before-digits", totp(more="&issuer=C#&digits=8"), issuer="C#", digits=8, warnings=["unescaped-hash", "ga-ignores-parameter"])
ok("fragment", totp(more="&issuer=C#top"), issuer="C", warnings=["unescaped-hash"])

ok("dash-at-the-end", totp("Acme-:a-", "&issuer=Acme-"), account="a-", issuer="Acme-")

# Copied from a web page's source.
ok("html-in-label", f"otpauth://totp/AT&amp;T:a?secret={S}&amp;issuer=AT%26T", issuer="AT&T", warnings=["html-escaped"])

ok("html-by-number", f"otpauth://totp/Acme:a?secret={S}&#38;issuer=Acme&#38;digits=8", issuer="Acme", digits=8, warnings=["html-escaped", "ga-ignores-parameter"])
ok("html-by-number-in-hexadecimal", f"otpauth://totp/Acme:a?secret={S}&#x26;issuer=Acme", issuer="Acme", warnings=["html-escaped"])

# From the source of a mail.
for name, query in (("all", f"secret=3D{S}&issuer=3DAcme"), ("lower-case", f"secret=3d{S}&period=3d30"), ("alone", f"secret=3D{S}")):
    bad(f"quoted-printable-{name}", f"otpauth://totp/Acme:a?{query}", "it is quoted-printable, as mail is sent: copy the URI from the mail as it is shown")
ok("secret-that-begins-with-3d", totp("Acme:a", "&issuer=Acme", secret="3D" + S[2:]), issuer="Acme", secret="3D" + S[2:])

# Secrets.
for length in (2, 4, 5, 7, 8, 10, 18, 20, 25, 26, 27, 52):
    secret = ("MFRGGZDFMZTWQ2LK" * 4)[:length]
    ok(f"secret-of-{length}", totp(secret=secret), secret=secret, warnings=["short-secret"] if length * 5 // 8 < 16 else [])
ok("secret-lower-and-padded", totp(secret=S.lower() + "%3d%3d==="))
ok("secret-with-plus-for-space", totp(secret="JBSWY3DP+EHPK3PXP+JBSWY3DP+EHPK3PXP"))
ok("secret-wrapped", totp(secret=S[:16] + "%0D%0A" + S[16:]))
ok("secret-twice-the-same", totp(more=f"&secret={S.lower()}"))
ok("secret-empty-then-given", f"otpauth://totp/a?secret=&secret={S}")

# Algorithm, digits, period.
for spelling in ("sha1", "SHA-1", "hmacsha1", "HMAC-SHA1", "HMAC_SHA_1", "Algorithm.sha1", "%20SHA1%20"):
    ok(f"algorithm-{spelling}", totp(more=f"&algorithm={spelling}"))
for spelling, algorithm in (("sha256", "SHA256"), ("HmacSHA512", "SHA512"), ("sha-512", "SHA512"), ("Algorithm.sha256", "SHA256"), ("SHA_256", "SHA256")):
    ok(f"algorithm-{spelling}", totp(more=f"&algorithm={spelling}"), algorithm=algorithm, warnings=["ga-ignores-parameter"])
for digits in (1, 2, 3, 4, 5, 7, 8, 9, 10):
    ok(f"digits-{digits}", totp(more=f"&digits={digits}"), digits=digits, warnings=["ga-ignores-parameter"])
for period in (1, 15, 45, 60, 86400):
    ok(f"period-{period}", totp(more=f"&period={period}"), period=period, warnings=["ga-ignores-parameter"])
ok("leading-zero", totp(more="&digits=06&period=030"))
ok("twice-the-same", totp(more="&digits=6&digits=6&period=30&period=30&issuer=I&issuer=I"), issuer="I")

# HOTP.
ok("counter", hotp("&counter=5"), kind="hotp", counter=5)
ok("counter-missing", hotp(""), kind="hotp", counter=0, warnings=["missing-counter"])
ok("counter-empty", hotp("&counter="), kind="hotp", counter=0, warnings=["missing-counter"])
ok("counter-2-53", hotp("&counter=9007199254740993&digits=8"), kind="hotp", digits=8, counter=9007199254740993, warnings=["ga-ignores-parameter"])
ok("hotp-with-a-period", hotp("&counter=1&period=0"), kind="hotp", counter=1)
ok("totp-with-a-counter", totp(more="&counter=-1"))

# Steam.
steam = {"kind": "steam", "digits": 5}
ok("steam-bare", f"steam://{S}", account="", issuer="Steam", **steam)
ok("steam-bare-upper", f"STEAM://{S.lower()}\n", account="", issuer="Steam", **steam)
ok("steam-host", f"otpauth://steam/Steam:u?secret={S}&issuer=Steam", account="u", issuer="Steam", **steam)
ok("steam-host-upper", f"otpauth://Steam/u?secret={S}", account="u", **steam)
ok("steam-encoder", totp("Steam:u", "&encoder=Steam"), account="u", issuer="Steam", **steam)
ok("steam-flag-with-a-value", totp("u", "&steam=true"), account="u", **steam)
ok("steam-by-issuer", totp("u", "&issuer=Steam&digits=5"), account="u", issuer="Steam", **steam)
ok("steam-by-prefix", totp("STEAM:u", "&digits=5"), account="u", issuer="STEAM", **steam)
ok("five-digits-at-steam", totp("u", "&issuer=Steam&digits=5&steam=false"), account="u", issuer="Steam", digits=5, warnings=["ga-ignores-parameter"])
# Steam's own service gives out no digits; it has never taken decimal ones.
ok("steam-by-issuer-alone", totp("Steam:u", "&issuer=Steam"), account="u", issuer="Steam", **steam | {"warnings": ["steam-by-issuer"]})
ok("steam-by-prefix-alone", totp("steam:u"), account="u", issuer="steam", **steam | {"warnings": ["steam-by-issuer"]})
ok("six-digits-at-steam", totp("u", "&issuer=Steam&digits=6"), account="u", issuer="Steam", warnings=["digits-at-steam"])
ok("steam-with-digits", totp("u", "&issuer=Steam&steam=false"), account="u", issuer="Steam")
ok("steamed-hams", totp("Steamed:u"), account="u", issuer="Steamed")
# Base64 of 20 bytes, which Steam keeps; Python's base64 module gives the same bytes.
ok("steam-bare-base64", "steam://D2bIDlM3jsOqkSVs6kGpdVVbQPs=", account="", issuer="Steam", secret="B5TMQDSTG6HMHKUREVWOUQNJOVKVWQH3", **steam)
bad("steams-own-link", "steam://run/570", "no secret follows `steam://`")
bad("steams-own-short-link", "steam://open", "no secret follows `steam://`")
# What base64 has by chance in common with base32.
ok("mixed-case", totp(secret="JBSWY3DPehpk3pxpJBSWY3DPEHPK3PXP"), secret=S, warnings=["mixed-case"])
bad("base64-padding", totp(secret="DabIDlMejsOqkSVsekGpdVVbQPs="), "the secret is no plausible base32: it mixes upper and lower case, as base64 does, and has the wrong length")
bad("base64-length", totp(secret="DabIDlMejsOqkSVsekG"), "the secret is no plausible base32: it mixes upper and lower case, as base64 does, and has the wrong length")
# A secret at the URI's end, in a line that goes on with words of base32's letters.
ok("secret-in-raw-groups", "otpauth://totp/a?secret=jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp", secret=S)
bad("text-after-the-secret", f"otpauth://totp/a?secret={S} my work", "other text follows the secret: put the URI on a line of its own")
bad("a-word-after-the-secret", f"otpauth://totp/a?secret={S} work", "other text follows the secret: put the URI on a line of its own")
for place, blank in [("no-break", "%C2%A0"), ("thin", "%E2%80%89"), ("zero-width", "%E2%80%8B"), ("en-dash", "%E2%80%93"), ("ideographic", "%E3%80%80")]:
    ok(f"secret-with-{place}", totp(secret=S[:16] + blank + S[16:]), secret=S)
bad("secret-in-cyrillic", totp(secret="JBSWY3DPEHPK3%D0%A0XP"), "the secret cannot be read: illegal base32 character `Р` (U+0420) at position 14")
ok("steam-refused", totp("u", "&steam=false"), account="u")
ok("other-encoder", totp("u", "&encoder=decimal"), account="u")

# Refused.
not_key = "this is not an `otpauth://` URI"
for name, uri in (("empty", ""), ("bare-secret", S), ("http", f"https://totp/a?secret={S}"), ("otpauth-only", "otpauth:"),
                  ("one-slash", f"otpauth:/totp/a?secret={S}"), ("scheme-inside", f"x otpauth://totp/a?secret={S}")):
    bad(name, uri, not_key)
bad("migration", "otpauth-migration://offline?data=XXXX", "this is a batch of Google Authenticator's export, not one account")
unknown = "unknown type: an `otpauth://` URI goes on with `totp`, `hotp` or `steam`"
for name, uri in (("type-empty", f"otpauth:///a?secret={S}"), ("type-motp", f"otpauth://motp/a?secret={S}"), ("type-only", f"otpauth://?secret={S}")):
    bad(name, uri, unknown)
for name, uri in (("secret-missing", "otpauth://totp/a"), ("secret-empty", totp(secret="")), ("secret-blank", totp(secret="%20+")),
                  ("secret-in-fragment", f"otpauth://totp/a#secret={S}"), ("steam-bare-empty", "steam://")):
    bad(name, uri, "missing secret")
illegal = "the secret cannot be read: illegal base32 character "
bad("secret-zero", totp(secret="JBSWY3DPEHPK3PX0"), illegal + "`0` at position 16: is it the letter O?")
bad("secret-one", totp(secret="1BSWY3DPEHPK3PXP"), illegal + "`1` at position 1: is it the letter I or L?")
bad("secret-eight", totp(secret="JBSW%208BCD"), illegal + "`8` at position 6: is it the letter B?")
bad("secret-nine", totp(secret="JBSWY3D9"), illegal + "`9` at position 8: base32 has the digits 2 to 7 only")
bad("secret-hangul", totp(secret="%EA%B0%80BSW"), illegal + "`가` (U+AC00) at position 1")
bad("secret-plus", totp(secret="JBSW%2BY3DP"), illegal + "`+` at position 5")
bad("secret-percent", totp(secret="JBSW%ZZ"), illegal + "`%` at position 5")
bad("secret-of-one", totp(secret="A"), "the secret cannot be read: the secret is empty")
bad("secret-padding-only", totp(secret="===="), "the secret cannot be read: the secret is empty")
bad("secret-twice", totp(more="&SECRET=GEZDGNBVGY3TQOJQ"), "conflicting duplicate secret")
for name, first, second in (("digits", "6", "8"), ("period", "30", "60"), ("algorithm", "SHA1", "SHA256"), ("issuer", "A", "B")):
    bad(f"{name}-twice", totp(more=f"&{name}={first}&{name}={second}"), f"conflicting duplicate {name}")
bad("counter-twice", hotp("&counter=1&counter=2"), "conflicting duplicate counter")
for value in ("MD5", "SHA224", "SHA3-256", "256", "none"):
    bad(f"algorithm-{value}", totp(more=f"&algorithm={value}"), "unknown algorithm: one of SHA1, SHA256, SHA512 is needed")
for value in ("0", "11", "-6", "abc", "6.0", "0x6", "256", "262", "%D9%A6", "%EF%BC%96", "4294967302"):
    bad(f"digits-{value}", totp(more=f"&digits={value}"), "digits out of range: a code has 1 to 10")
for value in ("0", "-5", "86401", "30s", "1e3", "4294967326", "%D9%A3%D9%A0", "99999999999999999999"):
    bad(f"period-{value}", totp(more=f"&period={value}"), "period out of range: a code lasts 1 to 86400 seconds")
for value in ("-1", "%2B1", "abc", "18446744073709551616", "1.0", "%D9%A1"):
    bad(f"counter-{value}", hotp(f"&counter={value}"), "counter out of range: it is a number from 0 to 18446744073709551615")

assert len({case["id"] for case in cases}) == len(cases)
with open("rules.json", "w", encoding="utf-8") as file:
    json.dump(cases, file, indent=0, ensure_ascii=False)
    file.write("\n")
