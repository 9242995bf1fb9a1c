"""Checks a signature the way a server does, with nothing but the standard library.

Standard input is JSON: the scheme, the request as it came, and the credentials. Prints what is wrong,
or nothing.
"""

import hashlib
import hmac
import json
import re
import sys
from urllib.parse import parse_qsl, quote


def header(request: dict, name: str) -> str:
    """The value of a header, by its name in lower case."""
    return next((value for own, value in request["headers"] if own.lower() == name), "")


def aws(request: dict, secret: str) -> str:
    """AWS Signature, version 4."""
    signed = dict(re.findall(r"(\w+)=([^,\s]+)", header(request, "authorization")))
    path, _, query = request["target"].partition("?")
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    names = signed["SignedHeaders"].split(";")
    body = request["body"].encode("latin-1")
    payload = (
        header(request, "x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
    )
    canonical = [
        request["method"],
        quote(path, safe="/-_.~"),
        "&".join(
            f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}"
            for key, value in pairs
        ),
        *(f"{name}:{' '.join(header(request, name).split())}" for name in names),
        "",
        signed["SignedHeaders"],
        payload,
    ]
    _, date, region, service, end = signed["Credential"].split("/")
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            header(request, "x-amz-date"),
            f"{date}/{region}/{service}/{end}",
            hashlib.sha256("\n".join(canonical).encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, end, text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return (
        "" if key.hex() == signed["Signature"] else f"the signature is not {key.hex()}"
    )


def digest(request: dict, password: str) -> str:
    """Digest with MD5 and qop=auth (RFC 7616, section 3.4.1)."""
    pairs = re.findall(
        r'(\w+)=(?:"([^"]*)"|([^,\s]+))', header(request, "authorization")
    )
    given = {name: quoted or plain for name, quoted, plain in pairs}
    if given["uri"] != request["target"]:
        return f"the uri is {given['uri']!r}, and the target {request['target']!r}"

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    right = md5(
        md5(given["username"], given["realm"], password),
        *(given[name] for name in ("nonce", "nc", "cnonce", "qop")),
        md5(request["method"], given["uri"]),
    )
    return "" if right == given["response"] else f"the response is not {right}"


job = json.load(sys.stdin)
print(
    {"aws": aws, "digest": digest}[job["scheme"]](job["request"], job["secret"]), end=""
)
