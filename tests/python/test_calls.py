"""What a client sends, and what becomes of the answer."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import paging
import pytest
from conftest import Answer, Loopback
from drchrono import (
    BadRequestError,
    Client,
    DecodeError,
    Error,
    File,
    MissingValueError,
    NotFoundError,
    RateLimitedError,
    RequestError,
    Retry,
    ServerError,
    StatusError,
    TransportError,
)


def test_values_are_named_and_encoded(server: Loopback, client: Any) -> None:
    server.answers(Answer(body={"results": []}))
    client.patients.list(doctor=42, last_name="a&b=c +%é").page()
    assert (
        server.asked[0].target
        == "/api/patients?last_name=a%26b=c%20%2B%25%C3%A9&doctor=42"
    )
    assert server.asked[0].headers["Authorization"] == "Bearer t"


def test_truth_values_are_in_small_letters(server: Loopback, client: Any) -> None:
    client.patients.create({"first_name": "A"}, allow_duplicates=True)
    assert server.asked[0].target == "/api/patients?allow_duplicates=true"


def test_a_body_is_json_in_utf_8(server: Loopback, client: Any) -> None:
    server.answers(Answer(201, {"id": 7}))
    assert client.patients.create({"first_name": "Zoë"}) == {"id": 7}
    assert server.asked[0].body == '{"first_name":"Zoë"}'.encode()
    assert server.asked[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "body", [{"first_name": float("nan")}, {"first_name": object()}]
)
def test_a_body_that_is_no_json_is_refused(
    server: Loopback, client: Any, body: Any
) -> None:
    with pytest.raises(RequestError):
        client.patients.create(body)
    assert not server.asked


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_stays_the_path(server: Loopback, client: Any, value: Any) -> None:
    with pytest.raises(RequestError, match="which no path can hold"):
        client.patients.get(value)
    assert not server.asked


def test_a_segment_stays_one(server: Loopback, client: Any) -> None:
    client.patients.get("a/b?c;d%20")
    assert server.asked[0].target == "/api/patients/a%2Fb%3Fc%3Bd%2520"


def test_files_are_uploaded(server: Loopback, client: Any, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF")
    client.documents.create(document=path, patient=1, description="a; b")
    client.documents.create(document=File("x.bin", b"\0", "a/b"))
    first, second = server.asked
    assert first.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    for piece in (
        b'name="document"; filename="letter.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n',
        b'name="patient"\r\n\r\n1\r\n',
        b'name="description"\r\n\r\na; b\r\n',
    ):
        assert piece in first.body
    assert b'filename="x.bin"\r\nContent-Type: a/b\r\n\r\n\0\r\n' in second.body


def test_a_file_that_is_not_there_is_an_error_of_ours(
    client: Any, tmp_path: Path
) -> None:
    with pytest.raises(Error, match="a file cannot be read"):
        client.documents.create(document=tmp_path / "none.pdf")


def test_an_answer_without_content(server: Loopback, client: Any) -> None:
    server.answers(Answer(204, b""))
    assert client.patients.delete(1) is None


def test_an_answer_that_is_no_json(server: Loopback, client: Any) -> None:
    server.answers(Answer(200, b"<html>secret"))
    with pytest.raises(DecodeError) as caught:
        client.patients.get(1)
    assert "secret" not in str(caught.value)
    assert caught.value.text() == "<html>secret"
    assert caught.value.json() is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (404, NotFoundError),
        (418, StatusError),
        (500, ServerError),
    ],
)
def test_statuses_have_classes(
    server: Loopback, client: Any, status: int, kind: type[StatusError]
) -> None:
    server.answers(
        Answer(status, {"email": ["Enter a valid address."], "doctor": "no", "n": 1})
    )
    with pytest.raises(StatusError) as caught:
        client.patients.get(1)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.operation) == (status, "patients.get")
    assert caught.value.field_errors() == {
        "email": ["Enter a valid address."],
        "doctor": ["no"],
    }
    assert "address" not in str(caught.value)
    assert len(server.asked) == 1


def test_a_redirect_is_not_followed(server: Loopback, client: Any) -> None:
    server.answers(Answer(302, None, {"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(StatusError):
        client.patients.get(1)
    assert len(server.asked) == 1


def test_cookies_are_not_kept(server: Loopback, client: Any) -> None:
    server.answers(Answer(200, {}, {"Set-Cookie": "a=b; Path=/"}))
    client.patients.get(1)
    client.patients.get(1)
    assert "Cookie" not in server.asked[1].headers


def test_no_password_comes_out_of_netrc(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    with Client(base_url=server.url, access_token="t") as client:
        client.patients.get(1)
    assert server.asked[0].headers["Authorization"] == "Bearer t"
    server.answers(Answer(200, {"results": []}))
    # This API has no auth at all.
    with paging.Client(base_url=server.url) as other:
        list(other.links.list_rows().pages())
    assert "Authorization" not in server.asked[1].headers


def test_a_missing_value_is_named(server: Loopback) -> None:
    says = pytest.raises(MissingValueError, match="client_id .* set DRCHRONO_CLIENT_ID")
    with Client(base_url=server.url) as client, says:
        client.authorization.refresh_access_token()
    assert not server.asked


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_may_be_repeated_is(server: Loopback, client: Any, status: int) -> None:
    server.answers(Answer(status), Answer(status), Answer(200, {"id": 1}))
    assert client.patients.get(1) == {"id": 1}
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "attempts"), [(408, 1), (429, 3), (502, 1), (503, 1)]
)
def test_what_may_have_been_done_is_not_repeated(
    server: Loopback, client: Any, status: int, attempts: int
) -> None:
    server.answers(Answer(status))
    for call in (
        lambda: client.patients.create({}),
        lambda: client.patients.update(1, {}),
    ):
        server.asked.clear()
        with pytest.raises(StatusError):
            call()
        assert len(server.asked) == attempts


def test_a_connection_that_breaks(server: Loopback, client: Any) -> None:
    server.answers(Answer(0), Answer(200, {"id": 1}))
    assert client.patients.get(1) == {"id": 1}
    server.asked.clear()
    server.answers(Answer(0))
    with pytest.raises(TransportError) as caught:
        client.patients.create({})
    assert len(server.asked) == 1
    assert not caught.value.is_timeout


def test_no_connection_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        waits: list[int] = []

        class Counting(Retry):
            def delay(self, attempt: int) -> float:
                waits.append(attempt)
                return 0

        client = Client(base_url=address, access_token="t", retry=Counting())
        with client, pytest.raises(TransportError):
            client.patients.create({})
    assert waits == [1, 2]


def test_a_slow_answer_is_not_asked_for_again(server: Loopback) -> None:
    def slow(_: Any) -> Answer:
        time.sleep(0.5)
        return Answer()

    server.answer = slow
    client = Client(base_url=server.url, access_token="t", timeout=0.1)
    with client, pytest.raises(TransportError) as caught:
        client.patients.get(1)
    assert caught.value.is_timeout
    assert len(server.asked) == 1


def test_the_server_says_how_long_to_wait(server: Loopback, client: Any) -> None:
    server.answers(Answer(429, None, {"Retry-After": "1"}), Answer(200, {"id": 1}))
    start = time.monotonic()
    assert client.patients.get(1) == {"id": 1}
    assert time.monotonic() - start >= 1


def test_nobody_waits_for_an_hour(server: Loopback, client: Any) -> None:
    server.answers(Answer(429, None, {"Retry-After": "3600"}))
    with pytest.raises(RateLimitedError) as caught:
        client.patients.get(1)
    assert caught.value.retry_after() == 3600
    assert len(server.asked) == 1


def test_delays_stay_below_their_ceiling() -> None:
    retry = Retry(longest=2)
    for attempt in range(1, 200):
        assert 0 <= retry.delay(attempt) <= min(2, 0.5 * 2 ** (attempt - 1))


def test_importing_it_is_light() -> None:
    program = (
        "import sys; import drchrono; "
        "print([it for it in sys.modules if it.startswith(('drchrono.models', 'drchrono.api'))])"
    )
    paths = [it for it in sys.path if it.endswith("src")]
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {program}"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(run.stdout) == []
