"""What each answer tells the browser, refusals included."""

from __future__ import annotations

import pytest

from tests.web.doors_app import Tiny


@pytest.mark.parametrize("path", ["/", "/static/a.js", "/missing", "//evil"])
def test_every_answer_keeps_other_sites_away(path: str) -> None:
    headers = Tiny().client().get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/missing", "/staticx", "/static/../"])
def test_what_is_private_is_kept_by_no_cache(path: str) -> None:
    headers = Tiny().client().get(path).headers

    assert headers["cache-control"] == "private, no-store"
    assert headers["vary"] == "Cookie, Authorization"


def test_files_of_the_page_may_be_kept() -> None:
    headers = Tiny().client().get("/static/a.js").headers

    assert headers["cache-control"] == "public, max-age=9"
    assert "vary" not in headers


def test_hsts_is_sent_under_https_alone() -> None:
    assert "strict-transport-security" not in Tiny().client().get("/").headers
    assert "max-age=31536000" in Tiny().client("https://localhost").get("/").headers["strict-transport-security"]


def test_only_a_trusted_proxy_can_say_https() -> None:
    tiny = Tiny("--trusted-proxy", "10.0.0.0/8", "--public")
    says = {"X-Forwarded-Proto": "https"}

    assert "strict-transport-security" in tiny.client(peer="10.1.2.3").get("/", headers=says).headers
    assert "strict-transport-security" not in tiny.client(peer="11.1.2.3").get("/", headers=says).headers
