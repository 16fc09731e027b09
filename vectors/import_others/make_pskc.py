#!/usr/bin/env python3
"""Writes PSKC files (RFC 6030) by python-pskc 1.2 (Debian's python3-pskc), and the figures of RFC 6030 itself (IETF code components).

Run as `/usr/bin/python3 make_pskc.py` in this folder, with python3-pskc and pskctool at hand. It gives the same bytes each time
(os.urandom is replaced). All secrets are thrown away.
"""
import base64
import hashlib
import io
import os
import random
import re
import subprocess

from make_expectations import entry, read, refused, skipped
from pskc import PSKC

rng = random.Random(6030)
os.urandom = rng.randbytes  # python-pskc draws salts, IVs and MAC keys from it
TOTP, HOTP, OCRA = (f"urn:ietf:params:xml:ns:keyprov:pskc:{a}" for a in ("totp", "hotp", "ocra"))
K = [hashlib.sha256(b"pskc vector %d" % i).digest()[:20] for i in range(20)]
PSK = bytes.fromhex("12345678901234567890123456789012")
PLAIN_FORM, BY_PASSWORD, BY_KEY = "PSKC", "PSKC, encrypted", "PSKC, encrypted (the password is the pre-shared key in hexadecimal)"
WRONG = "the password of this PSKC file is wrong"
CHANGED = "what is encrypted does not fit its MAC: it was changed, or encrypted with another key"
NO_COUNTER = "the file gives no counter: 0 was taken, which may need a resync"
checked = []


def totp(key, digits=6, period=30, algorithm="SHA1", issuer="", account="", name=None, warnings=(), id=None):
    return {**entry(key, issuer, account, name, algorithm=algorithm, digits=digits, period=period, warnings=warnings), "id": id}


def hotp(key, counter, digits=6, algorithm="SHA1", issuer="", account="", name=None, warnings=(), id=None):
    return {**entry(key, issuer, account, name, kind="hotp", algorithm=algorithm, digits=digits, counter=counter, warnings=warnings), "id": id}


def odd(label, reason, id=None):
    return {**skipped(label, reason), "id": id}


def save(name, text, entries=None, password=None, key=None, error=None, notes=()):
    password = key.hex() if key else password
    if error:
        return refused(name, text, error, password)
    form = BY_KEY if key else BY_PASSWORD if password else PLAIN_FORM
    read(name, text, form, [{k: v for k, v in one.items() if k != "id"} for one in entries], notes, password)
    checked.append((name, entries, None if key else password, key))


def text_of(pskc):
    out = io.BytesIO()
    pskc.write(out)
    return out.getvalue().decode()


def fill(pskc):
    pskc.add_key(id="gh-1", serial="987654321", manufacturer="oath.Example", model="M", algorithm=TOTP, secret=K[0], issuer="GitHub",
                 key_userid="CN=alice", friendly_name="GitHub of alice", time_interval=30, time_offset=0, response_length=6, response_encoding="DECIMAL")
    pskc.add_key(id="aws-2", serial="2", manufacturer="oath.Example", algorithm=TOTP, secret=K[1] * 2, issuer="AWS & <Co>",
                 friendly_name="Ключ 東京", time_interval=60, response_length=8, response_encoding="DECIMAL", algorithm_suite="HMAC-SHA256")
    pskc.add_key(id="t-3", serial="3", algorithm=TOTP, secret=K[2] * 3, issuer="Tall", time_interval=30, response_length=6,
                 response_encoding="DECIMAL", algorithm_suite="HMAC-SHA512")
    pskc.add_key(id="h-4", serial="4", algorithm=HOTP, secret=b"12345678901234567890", issuer="Counting", counter=7, response_length=6,
                 response_encoding="DECIMAL", key_userid="UID=bob")
    pskc.add_key(id="h-5", serial="5", algorithm=HOTP, secret=K[4], issuer="Counting", counter=0, response_length=8, response_encoding="DECIMAL")


FILLED = [
    totp(K[0], issuer="GitHub", account="alice", name="GitHub of alice", id="gh-1"),
    totp(K[1] * 2, 8, 60, "SHA256", issuer="AWS & <Co>", account="Ключ 東京", id="aws-2"),
    totp(K[2] * 3, 6, 30, "SHA512", issuer="Tall", account="3", id="t-3"),
    hotp(b"12345678901234567890", 7, issuer="Counting", account="bob", id="h-4"),
    hotp(K[4], 0, 8, issuer="Counting", account="5", id="h-5"),
]

# --- In the plain.
p = PSKC()
fill(p)
PLAIN = text_of(p)
save("plain.pskcxml", PLAIN, FILLED)

p = PSKC()
p.add_key(id="1", algorithm=TOTP, secret=K[5])
save("one-key-minimal.pskcxml", text_of(p), [totp(K[5], account="1", id="1")])

p = PSKC()
p.add_key(id="1", algorithm="urn:ietf:params:xml:ns:keyprov:pskc#totp", secret=K[6], issuer="Draft", time_interval=30, response_length=6, response_encoding="DECIMAL")
save("draft-urn.pskcxml", text_of(p), [totp(K[6], account="1", issuer="Draft", id="1")])

p = PSKC()
p.add_key(id="o", algorithm=OCRA, secret=K[7], issuer="Bank", response_length=8, response_encoding="DECIMAL", challenge_encoding="DECIMAL", algorithm_suite="OCRA-1:HOTP-SHA256-8:QN08")
p.add_key(id="p", algorithm="urn:ietf:params:xml:ns:keyprov:pskc:pin", secret=b"1234", issuer="PIN", response_length=4, response_encoding="DECIMAL")
p.add_key(id="l", algorithm=TOTP, secret=K[8], issuer="Luhn", response_length=6, response_encoding="DECIMAL", response_check=True)
p.add_key(id="x", algorithm=TOTP, secret=K[9], issuer="Hex", response_length=8, response_encoding="HEXADECIMAL")
p.add_key(id="n", algorithm=TOTP, issuer="No secret", response_length=6, response_encoding="DECIMAL")
p.add_key(id="m", algorithm=HOTP, secret=K[11], issuer="No counter", response_length=6, response_encoding="DECIMAL")
p.add_key(id="d", algorithm=TOTP, secret=K[12], issuer="Drifting", response_length=6, response_encoding="DECIMAL", time_interval=30, time_drift=4)
p.add_key(id="v", algorithm=TOTP, secret=K[13], issuer="Twelve", response_length=12, response_encoding="DECIMAL")
p.add_key(id="md5", algorithm=TOTP, secret=K[14], issuer="Md5", response_length=6, response_encoding="DECIMAL", algorithm_suite="HMAC-MD5")
p.add_key(id="ok", algorithm=TOTP, secret=K[15], issuer="Fine", response_length=6, response_encoding="DECIMAL", algorithm_suite="hmac-sha-256")
p.add_key(id="uri", algorithm=TOTP, secret=K[16], issuer="Uri", response_length=6, response_encoding="DECIMAL",
          algorithm_suite="http://www.w3.org/2001/04/xmldsig-more#hmac-sha512")
save("odd-keys.pskcxml", text_of(p), [
    odd("Bank:o", "OCRA, whose codes answer a challenge, is not supported"),
    odd("PIN:p", "it is a PIN, and no secret of one-time codes"),
    odd("Luhn:l", "its codes carry a check digit, which is not supported"),
    odd("Hex:x", "its codes are not of decimal digits"),
    odd("No secret:n", "missing secret"),
    hotp(K[11], 0, issuer="No counter", account="m", warnings=[NO_COUNTER], id="m"),
    totp(K[12], issuer="Drifting", account="d", warnings=["the file says that the token's clock is wrong: the codes here are of the right time"], id="d"),
    odd("Twelve:v", "digits out of range: a code has 1 to 10"),
    odd("Md5:md5", "unknown algorithm `HMAC-MD5`: one of SHA1, SHA256, SHA512 is needed"),
    totp(K[15], algorithm="SHA256", issuer="Fine", account="ok", id="ok"),
    totp(K[16], algorithm="SHA512", issuer="Uri", account="uri", id="uri"),
])

# --- Encrypted.
p = PSKC()
fill(p)
p.encryption.setup_pbkdf2("correct horse", iterations=12345, salt_length=8, key_name="My Password 1")
PASS = text_of(p)
save("pbkdf2-aes128.pskcxml", PASS, FILLED, password="correct horse")

p = PSKC()
fill(p)
p.encryption.setup_pbkdf2("pass wörd", iterations=1000, algorithm="aes256-cbc", prf="hmac-sha256", fields=["secret", "counter", "time_interval"])
WRITTEN = text_of(p)
save("pbkdf2-sha256-aes256-all-fields.pskcxml", WRITTEN, FILLED, password="pass wörd")
save("pbkdf2-sha256-attribute.pskcxml", re.sub(r"<PRF>([^<]+)</PRF>", r'<PRF Algorithm="\1"/>', re.sub(r"(<[a-z0-9]*:?PRF)>([^<]+)</[a-z0-9]*:?PRF>", r'\1 Algorithm="\2"/>', WRITTEN)),
     FILLED, password="pass wörd")

p = PSKC()
fill(p)
p.mac.setup(algorithm="hmac-sha256")
p.encryption.setup_preshared_key(key=PSK, key_name="Pre-shared-key")
save("preshared-aes128.pskcxml", text_of(p), FILLED, key=PSK)

p = PSKC()
fill(p)
p.encryption.setup_preshared_key(key=PSK * 2, algorithm="kw-aes256", key_name="wrap")
try:
    KW = text_of(p)
    save("preshared-kw-aes256.pskcxml", KW, FILLED, key=PSK * 2)
except Exception as error:  # secrets of 40 and 60 bytes can be wrapped, of 20 not
    p = PSKC()
    p.add_key(id="w", algorithm=TOTP, secret=K[1] + K[2][:4], issuer="Wrapped", time_interval=30, response_length=6, response_encoding="DECIMAL")
    p.encryption.setup_preshared_key(key=PSK * 2, algorithm="kw-aes256", key_name="wrap")
    save("preshared-kw-aes256.pskcxml", text_of(p), [totp(K[1] + K[2][:4], id="w", issuer="Wrapped")], key=PSK * 2)

# --- The figures of RFC 6030.
RFC = b"12345678901234567890"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'urn:ietf:params:xml:ns:keyprov:pskc'


def package(ident, serial, secret, algorithm="hotp", digits=8, counter="<Counter><PlainValue>0</PlainValue></Counter>", rest="", vendor="Manufacturer"):
    return (f"  <KeyPackage>\n    <DeviceInfo><Manufacturer>{vendor}</Manufacturer><SerialNo>{serial}</SerialNo></DeviceInfo>\n"
            f'    <Key Id="{ident}" Algorithm="{NS}:{algorithm}">\n      <Issuer>Issuer</Issuer>\n'
            f'      <AlgorithmParameters><ResponseFormat Length="{digits}" Encoding="DECIMAL"/></AlgorithmParameters>\n'
            f"      <Data>\n        <Secret>\n          <PlainValue>\n            {secret}\n          </PlainValue>\n        </Secret>\n        {counter}\n      </Data>\n{rest}    </Key>\n  </KeyPackage>\n")


B64 = base64.b64encode(RFC).decode()
save("rfc6030-figure5.pskcxml", f'{HEAD}<KeyContainer Version="1.0" Id="exampleID1" xmlns="{NS}">\n'
     + package("12345678", "987654321", B64, rest='      <Policy><PINPolicy MinLength="4" MaxLength="4" PINKeyId="123456781" PINEncoding="DECIMAL" PINUsageMode="Local"/><KeyUsage>OTP</KeyUsage></Policy>\n')
     + package("123456781", "987654321", "MTIzNA==", "pin", 4, "") + "</KeyContainer>\n",
     [hotp(RFC, 0, 8, issuer="Issuer", account="12345678", id="12345678"), odd("Issuer:123456781", "it is a PIN, and no secret of one-time codes")])
dates = "      <Policy><StartDate>2006-0{}-01T00:00:00Z</StartDate><ExpiryDate>2006-0{}-30T00:00:00Z</ExpiryDate></Policy>\n"
save("rfc6030-figure10.pskcxml", f'{HEAD}<KeyContainer Version="1.0" xmlns="{NS}">\n'
     + "".join(package(i, s, B64, rest=dates.format(m, m), vendor="TokenVendorAcme") for i, s, m in (("1", "654321", 5), ("2", "123456", 5), ("3", "9999999", 3), ("4", "9999999", 4)))
     + "</KeyContainer>\n",
     [hotp(RFC, 0, 8, issuer="Issuer", account=a, id=i, warnings=[f"the file says that the key expires at 2006-0{m}-30T00:00:00Z"])
      for i, a, m in (("1", "654321", 5), ("2", "123456", 5), ("3", "3", 3), ("4", "4", 4))])
FIG6 = f'''{HEAD}<KeyContainer Version="1.0"
    xmlns="{NS}"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
    xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
    <EncryptionKey>
        <ds:KeyName>Pre-shared-key</ds:KeyName>
    </EncryptionKey>
    <MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">
        <MACKey>
            <xenc:EncryptionMethod
            Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
            <xenc:CipherData>
                <xenc:CipherValue>
    ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX
                </xenc:CipherValue>
            </xenc:CipherData>
        </MACKey>
    </MACMethod>
    <KeyPackage>
        <DeviceInfo>
            <Manufacturer>Manufacturer</Manufacturer>
            <SerialNo>987654321</SerialNo>
        </DeviceInfo>
        <CryptoModuleInfo>
            <Id>CM_ID_001</Id>
        </CryptoModuleInfo>
        <Key Id="12345678"
            Algorithm="{NS}:hotp">
            <Issuer>Issuer</Issuer>
            <AlgorithmParameters>
                <ResponseFormat Length="8" Encoding="DECIMAL"/>
            </AlgorithmParameters>
            <Data>
                <Secret>
                    <EncryptedValue>
                        <xenc:EncryptionMethod
                        Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
                        <xenc:CipherData>
                            <xenc:CipherValue>
    AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv
                            </xenc:CipherValue>
                        </xenc:CipherData>
                    </EncryptedValue>
                    <ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=
                    </ValueMAC>
                </Secret>
                <Counter>
                    <PlainValue>0</PlainValue>
                </Counter>
            </Data>
        </Key>
    </KeyPackage>
</KeyContainer>
'''
save("rfc6030-figure6.pskcxml", FIG6, [hotp(RFC, 0, 8, issuer="Issuer", account="987654321", id="12345678")], key=PSK)
FIG7 = f'''{HEAD}<pskc:KeyContainer
  xmlns:pskc="{NS}"
  xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
  xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
  xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Version="1.0">
    <pskc:EncryptionKey>
        <xenc11:DerivedKey>
            <xenc11:KeyDerivationMethod
              Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
                <pkcs5:PBKDF2-params>
                    <Salt>
                        <Specified>Ej7/PEpyEpw=</Specified>
                    </Salt>
                    <IterationCount>1000</IterationCount>
                    <KeyLength>16</KeyLength>
                    <PRF/>
                </pkcs5:PBKDF2-params>
            </xenc11:KeyDerivationMethod>
            <xenc:ReferenceList>
                <xenc:DataReference URI="#ED"/>
            </xenc:ReferenceList>
            <xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName>
        </xenc11:DerivedKey>
    </pskc:EncryptionKey>
    <pskc:MACMethod
        Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">
        <pskc:MACKey>
            <xenc:EncryptionMethod
            Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
            <xenc:CipherData>
                <xenc:CipherValue>
2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx
                </xenc:CipherValue>
            </xenc:CipherData>
        </pskc:MACKey>
    </pskc:MACMethod>
    <pskc:KeyPackage>
        <pskc:DeviceInfo>
            <pskc:Manufacturer>TokenVendorAcme</pskc:Manufacturer>
            <pskc:SerialNo>987654321</pskc:SerialNo>
        </pskc:DeviceInfo>
        <pskc:CryptoModuleInfo>
            <pskc:Id>CM_ID_001</pskc:Id>
        </pskc:CryptoModuleInfo>
        <pskc:Key Algorithm="{NS}:hotp" Id="123456">
            <pskc:Issuer>Example-Issuer</pskc:Issuer>
            <pskc:AlgorithmParameters>
                <pskc:ResponseFormat Length="8" Encoding="DECIMAL"/>
            </pskc:AlgorithmParameters>
            <pskc:Data>
                <pskc:Secret>
                <pskc:EncryptedValue Id="ED">
                    <xenc:EncryptionMethod
                        Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
                        <xenc:CipherData>
                            <xenc:CipherValue>
      oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f
                        </xenc:CipherValue>
                    </xenc:CipherData>
                    </pskc:EncryptedValue>
                    <pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=
                    </pskc:ValueMAC>
                </pskc:Secret>
            </pskc:Data>
        </pskc:Key>
    </pskc:KeyPackage>
</pskc:KeyContainer>
'''
FIG7_SECRET = bytes.fromhex("3132333435363738393031323334353637383930")
save("rfc6030-figure7.pskcxml", FIG7, [hotp(FIG7_SECRET, 0, 8, issuer="Example-Issuer", account="987654321", id="123456", warnings=[NO_COUNTER])], password="qwerty")

# --- Broken.
ONE_CHANGED = [odd("GitHub:alice", CHANGED), *FILLED[1:]]
flipped = re.sub(r"(<pskc:ValueMAC>)(.)", lambda m: m[1] + ("B" if m[2] == "A" else "A"), PASS, count=1)
save("broken-mac.pskcxml", flipped, ONE_CHANGED, password="correct horse")
cipher = re.findall(r"<xenc:CipherValue>([^<]+)<", PASS)[1]  # the first is the MAC key
raw = bytearray(base64.b64decode(cipher))
raw[20] ^= 1
save("broken-ciphertext.pskcxml", PASS.replace(cipher, base64.b64encode(raw).decode()), ONE_CHANGED, password="correct horse")
save("wrong-password.pskcxml", PASS, password="Correct horse", error=WRONG)
save("wrong-preshared-key.pskcxml", FIG6, key=bytes(16), error=WRONG)
save("short-preshared-key.pskcxml", FIG6, key=bytes(8), error=WRONG)
NO_MAC = "what is encrypted has no MAC (RFC 6030 section 6.1), so that nobody can tell whether it was changed"
save("no-mac.pskcxml", re.sub(r"<pskc:ValueMAC>[^<]*</pskc:ValueMAC>", "", PASS), password="correct horse",
     entries=[odd(":".join(filter(None, (one["issuer"], one["account"]))), NO_MAC) for one in FILLED])
save("too-many-iterations.pskcxml", PASS.replace(">12345<", ">4000000000<"), password="correct horse",
     error="this PSKC file asks for 4000000000 iterations of PBKDF2 to derive its key, and at most 5000000 iterations of PBKDF2 is allowed")
save("zero-iterations.pskcxml", PASS.replace(">12345<", ">0<"), password="correct horse", error="this PSKC file is damaged: it names no iterations of PBKDF2")
save("key-length-1.pskcxml", PASS.replace("KeyLength>16<", "KeyLength>1<"), error="this PSKC file is damaged: `KeyLength` is not that of the cipher's keys")
save("version-2.pskcxml", PLAIN.replace('Version="1.0"', 'Version="2.0"'), error="this PSKC file has version 2.0, which is not known")
save("cut.pskcxml", PLAIN[:len(PLAIN) * 5 // 8], error="this PSKC file is damaged: it is not XML from byte 2287 on")
save("doctype.pskcxml", PLAIN.replace("?>\n", '?>\n<!DOCTYPE pskc:KeyContainer [<!ENTITY a "GitHub"><!ENTITY b "&a;&a;">]>\n', 1).replace(">GitHub<", ">&b;<"),
     error="this PSKC file is damaged: it refers to a character that is not known")
save("bad-base64.pskcxml", PLAIN.replace(base64.b64encode(K[0]).decode(), "!!notbase64!!"),
     [odd("GitHub:alice", "the secret cannot be read: it is not base64"), *FILLED[1:]])
save("cipher-unknown.pskcxml", PASS.replace("aes128-cbc", "tripledes-cbc"),
     error="this PSKC file cannot be decrypted here: its cipher is neither AES-CBC nor AES key wrap")
certified = re.sub(r"<pskc:EncryptionKey>.*</pskc:EncryptionKey>",
                   '<pskc:EncryptionKey><ds:X509Data xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></pskc:EncryptionKey>', PASS, flags=re.S)
save("certificate.pskcxml", certified,
     error="this PSKC file cannot be decrypted here: its key is encrypted to a certificate; ask the vendor for a file with a password")
# A value that is given twice, as a vendor's own element with another prefix would be; a token without a key; PINs; a signature.
twice = PLAIN.replace("<pskc:TimeInterval>", '<x:TimeInterval xmlns:x="urn:vendor"><x:PlainValue>60</x:PlainValue></x:TimeInterval>\n    <pskc:TimeInterval>', 1)
twice = twice.replace("</pskc:KeyContainer>", '<pskc:KeyPackage><pskc:DeviceInfo><pskc:SerialNo>9</pskc:SerialNo></pskc:DeviceInfo></pskc:KeyPackage>'
                      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></pskc:KeyContainer>')
pin = '<pskc:Policy><pskc:PINPolicy PINKeyId="1" PINUsageMode="{}"/></pskc:Policy>'
tall, counting = (f"<pskc:Issuer>{issuer}</pskc:Issuer>" for issuer in ("Tall", "Counting"))
twice = twice.replace(tall, tall + pin.format("Append")).replace(counting, counting + pin.format("Algorithmic"), 1)
save("twice.pskcxml", twice, [
    odd("GitHub:alice", "one of its values is given twice"), FILLED[1],
    {**FILLED[2], "warnings": ["the file says that a PIN belongs before or after the code"]},
    odd("Counting:bob", "its codes are computed with a PIN, which is not supported"), FILLED[4]],
    notes=["1 item has no one-time code", "the signature of the file was not checked"])

# --- Read again by python-pskc, which wrote all but the RFC's figures, and the plain ones by oath-toolkit's pskctool.
for name, entries, password, key in checked:
    # python-pskc cannot read what it writes as the PRF itself, and takes a value that is given twice.
    if name in ("bad-base64.pskcxml", "twice.pskcxml", "no-mac.pskcxml", "pbkdf2-sha256-aes256-all-fields.pskcxml"):
        continue
    again = PSKC(name)
    if password:
        again.encryption.derive_key(password)
    if key:
        again.encryption.key = key
    for other, one in zip(again.keys, entries, strict=True):
        if "secret_hex" in one:
            assert other.secret.hex() == one["secret_hex"], (name, other.id)
            assert other.id == one["id"] and (other.response_length or 6) == one["digits"], (name, other.id)
            assert one["type"] == "totp" or (other.counter or 0) == one["counter"], (name, other.id)
            assert one["type"] == "hotp" or (other.time_interval or 30) == one["period"], (name, other.id)
for name in ("plain.pskcxml", "rfc6030-figure5.pskcxml"):
    subprocess.run(["pskctool", "--info", name], capture_output=True, check=True)
