"""Lists are read to their end, and no further."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import paging
import pytest
from conftest import Answer, Asked, Loopback
from drchrono import DecodeError, ListError


def parameter(asked: Asked, name: str) -> str | None:
    return parse_qs(urlsplit(asked.target).query).get(name, [None])[0]


def test_a_link_is_followed(server: Loopback, client: Any) -> None:
    server.answers(
        Answer(
            body={
                "results": [{"id": 1}, None],
                "next": f"{server.url}/api/patients?cursor=b",
            }
        ),
        # Some versions of the server's framework have another name for it.
        Answer(body={"data": [{"id": 2}], "next": "?cursor=c"}),
        Answer(body={"results": [], "next": None}),
    )
    listing = client.patients.list(doctor=42)
    assert not server.asked
    assert [it["id"] for it in listing] == [1, 2]
    assert [it.target for it in server.asked] == [
        "/api/patients?doctor=42",
        "/api/patients?cursor=b",
        "/api/patients?cursor=c",
    ]
    assert {it.headers["Authorization"] for it in server.asked} == {"Bearer t"}


def test_a_page_and_all_pages(server: Loopback, client: Any) -> None:
    pages = [
        {"results": [{"id": 1}], "next": "?cursor=b"},
        {"results": [], "next": None},
    ]
    server.answers(*(Answer(body=it) for it in pages))
    assert list(client.patients.list().pages()) == pages
    assert client.patients.list().page() == pages[1]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/api",
        "//evil.example/",
        "http://127.0.0.1:1/",
        "http://a@127.0.0.1/",
    ],
)
def test_a_token_stays_with_its_server(
    server: Loopback, client: Any, link: str
) -> None:
    server.answers(Answer(body={"results": [{"id": 1}], "next": link}))
    items: Iterator[Any] = iter(client.patients.list())
    assert next(items) == {"id": 1}
    with pytest.raises(
        ListError, match="^patients.list: the link to the next page leads to"
    ):
        next(items)
    assert len(server.asked) == 1


def test_no_list_goes_round_in_circles(server: Loopback, client: Any) -> None:
    server.answers(Answer(body={"results": [{"id": 1}], "next": "?cursor=b"}))
    with pytest.raises(ListError):
        list(client.patients.list())
    assert len(server.asked) == 2


def test_an_answer_without_a_list(server: Loopback, client: Any) -> None:
    server.answers(Answer(body={"detail": "no"}))
    with pytest.raises(DecodeError):
        list(client.patients.list())


@pytest.fixture
def other(server: Loopback) -> Iterator[paging.Client]:
    with paging.Client(base_url=server.url) as client:
        yield client


def test_a_cursor(server: Loopback, other: paging.Client) -> None:
    server.answers(
        Answer(
            body={"data": [{"id": 1}], "meta": {"next_cursor": "a&b", "has_more": True}}
        ),
        Answer(
            body={"data": [{"id": 2}], "meta": {"next_cursor": "c", "has_more": False}}
        ),
    )
    assert [it["id"] for it in other.cursors.list_events(limit=2)] == [1, 2]
    assert [parameter(it, "cursor") for it in server.asked] == [None, "a&b"]
    assert [parameter(it, "limit") for it in server.asked] == ["2", "2"]


def test_an_offset(server: Loopback, other: paging.Client) -> None:
    def answer(asked: Asked) -> Answer:
        start = int(parameter(asked, "offset") or 0)
        logs = [{"id": it} for it in range(start, min(start + 2, 5))]
        return Answer(body={"logs": logs, "offset": start, "total": 5})

    server.answer = answer
    logs = other.offsets.list_logs(limit=2)
    assert [it["id"] for it in logs] == [0, 1, 2, 3, 4]
    # Each iteration begins anew.
    assert len(list(logs)) == 5


def test_pages_by_number(server: Loopback, other: paging.Client) -> None:
    def answer(asked: Asked) -> Answer:
        page = int(parameter(asked, "page") or 0)
        return Answer(body={"orders": [{"id": page}], "page": page, "total_pages": 3})

    server.answer = answer
    assert [it["id"] for it in other.pages.list_orders()] == [0, 1, 2]


def test_a_server_that_knows_no_pages(server: Loopback, other: paging.Client) -> None:
    server.answers(Answer(body={"orders": [{"id": 1}], "page": 0, "total_pages": 3}))
    with pytest.raises(paging.ListError):
        list(other.pages.list_orders())
    assert len(server.asked) == 2
