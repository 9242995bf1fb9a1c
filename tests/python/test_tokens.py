"""A client keeps its token by itself."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Asked, Loopback
from drchrono import Client, TokenError
from drchrono.token_store import FileTokenStore, OAuth2, Settings, Token


@pytest.fixture
def store(tmp_path: Path) -> FileTokenStore:
    return FileTokenStore(tmp_path / "tokens.json")


def oauth2(server: Loopback, store: FileTokenStore) -> OAuth2:
    url = f"{server.url}/o/token/"
    settings = Settings("id", "secret", url, url, url, url, "http://127.0.0.1/")
    return OAuth2(store, settings)


def is_token_request(asked: Asked) -> bool:
    return asked.target == "/o/token/"


def rotating(asked: Asked) -> Answer:
    """Answer as the API that takes only the token that was given last."""
    if is_token_request(asked):
        fresh = {"access_token": "fresh", "refresh_token": "next", "expires_in": 172800}
        return Answer(
            200, fresh if b"refresh_token=old" in asked.body else {"error": "spent"}
        )
    is_fresh = asked.headers["Authorization"] == "Bearer fresh"
    return Answer(200, {"id": 1}) if is_fresh else Answer(401, {"detail": "no"})


def test_the_first_call_refreshes_and_the_second_does_not(
    server: Loopback, store: FileTokenStore
) -> None:
    store.save(Token("stale", "old", int(time.time()) - 5))
    server.answer = rotating
    with Client(base_url=server.url, auth=oauth2(server, store)) as client:
        assert client.patients.get(1) == {"id": 1}
        assert client.patients.get(1) == {"id": 1}
    assert [is_token_request(it) for it in server.asked] == [True, False, False]
    saved = json.loads(store.path.read_text())
    assert (saved["access_token"], saved["refresh_token"]) == ("fresh", "next")


def test_a_rejected_token_is_renewed_once(
    server: Loopback, store: FileTokenStore
) -> None:
    store.save(Token("revoked", "old", int(time.time()) + 9000))
    server.answer = rotating
    with Client(base_url=server.url, auth=oauth2(server, store)) as client:
        assert client.patients.create({"first_name": "A"}) == {"id": 1}
    calls = [it for it in server.asked if not is_token_request(it)]
    # The body went along the second time as well.
    assert [it.body for it in calls] == [b'{"first_name":"A"}'] * 2
    assert len(server.asked) == 3


def test_threads_make_one_refresh(server: Loopback, store: FileTokenStore) -> None:
    store.save(Token("stale", "old", int(time.time()) - 5))
    server.answer = rotating
    found: list[Any] = []
    auth = oauth2(server, store)

    def call() -> None:
        with Client(base_url=server.url, auth=auth) as client:
            found.append(client.patients.get(1))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"id": 1}] * 8
    assert sum(map(is_token_request, server.asked)) == 1


def test_a_refresh_without_an_answer_is_not_repeated(
    server: Loopback, store: FileTokenStore
) -> None:
    store.save(Token("stale", "old", int(time.time()) - 5))
    server.answers(Answer(0))
    # Even though the call itself could be.
    client = Client(base_url=server.url, auth=oauth2(server, store))
    with client, pytest.raises(TokenError):
        client.patients.get(1)
    assert len(server.asked) == 1


def test_it_signs_in_from_a_terminal() -> None:
    path = next(it for it in sys.path if it.endswith("drchrono/python/client/src"))
    run = subprocess.run(
        [sys.executable, "-m", "drchrono", "--help"],
        cwd=path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert "login" in run.stdout
    assert run.stderr == ""


def test_the_saved_token_is_used_if_none_is_given(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shared.json"
    monkeypatch.setenv("DRCHRONO_TOKEN_FILE", str(path))
    FileTokenStore(path).save(Token("fresh", "old", int(time.time()) + 9000))
    server.answer = rotating
    with Client(base_url=server.url) as client:
        assert client.patients.get(1) == {"id": 1}


def test_without_a_token_the_user_has_to_sign_in(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRCHRONO_TOKEN_FILE", str(tmp_path / "none.json"))
    with (
        Client(base_url=server.url) as client,
        pytest.raises(TokenError, match="sign in"),
    ):
        client.patients.get(1)
    assert not server.asked
