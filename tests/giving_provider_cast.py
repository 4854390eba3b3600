"""The providers of our tests, in a process of their own: they speak over HTTP as documented, with signatures.

Under /test/ the tests make things happen that at a real provider people and banks do.

    python tests/giving_provider_cast.py     prints the address at which it listens
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from giving_btcpay_cast import BTCPAY_KEY, BTCPAY_SIGNS, STORE, BtcPayCast, sign_btcpay
from giving_stripe_cast import STRIPE_KEY, STRIPE_SIGNS, BadRequest, NotFound, StripeCast, sign_stripe

Thing = dict[str, Any]

KINDS = {
    "sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "subscriptions": "subscription",
    "payouts": "payout",
    "balance_transactions": "balance_transaction",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_args: object) -> None:
        pass

    def _answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        where = urlsplit(self.path)
        with self.server.lock:
            status, value = self._handle(method, where.path, where.query, body)
        html = isinstance(value, str)
        out = value.encode() if html else json.dumps(value).encode()
        self.send_response(status)
        if status == 303:
            self.send_header("Location", value)
        self.send_header("Content-Type", "text/html; charset=utf-8" if html else "application/json")
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def _handle(  # noqa: PLR0911
        self, method: str, path: str, query: str, body: bytes
    ) -> tuple[int, Any]:
        server = self.server
        if server.faults and server.faults[0] == "before" and path.startswith(("/v1/", "/api/")):
            server.faults.pop(0)
            return 503, {"error": {"type": "api_error"}}
        try:
            if path.startswith("/test/"):
                return 200, server.control(path.removeprefix("/test/"), json.loads(body or b"{}"))
            if path.startswith(("/pay/", "/i/")):
                return server.page(method, path)
            answer = (
                server.stripe_api(method, path, _tree(query), _tree(body.decode()), self.headers)
                if path.startswith("/v1/")
                else server.btcpay_api(method, path, dict(parse_qsl(query)), body, self.headers)
            )
        except NotFound as error:
            return 404, {"error": {"type": "invalid_request_error", "message": f"No such thing: {error}"}}
        except PermissionError:
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
        except (BadRequest, KeyError, IndexError) as error:
            return 400, {"error": {"type": "invalid_request_error", "message": repr(error)}}
        if server.faults and server.faults[0] == "after":
            server.faults.pop(0)
            return 500, {"error": {"type": "api_error"}}
        return 200, answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.at = f"http://127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.faults: list[str] = []
        self.stripe, self.btcpay = StripeCast(self.at), BtcPayCast(self.at)

    def control(self, verb: str, asked: Thing) -> Any:
        if verb == "clear":
            self.clear()
            return {}
        if verb == "faults":
            self.faults += asked["faults"]
            return {}
        if verb == "events":
            return {"stripe": self.stripe.events, "btcpay": self.btcpay.events}
        whose, _, act = verb.partition("/")
        do: Callable[..., Thing] = getattr(self.stripe if whose == "stripe" else self.btcpay, act)
        return {key: value for key, value in do(**asked).items() if not key.startswith("_")}

    def page(self, method: str, path: str) -> tuple[int, str]:
        """Show a donor the provider's page; let him pay."""
        name = path.rsplit("/", 1)[1]
        if path.startswith("/pay/"):
            thanks = self.stripe.get(name, "checkout.session")["success_url"]
            if method == "POST":
                self.stripe.pay(name)
                return 303, thanks
        else:
            thanks = self.btcpay.invoices[name]["checkout"]["redirectURL"]
            if method == "POST":
                self.btcpay.send(name)
                return 303, thanks
        return (
            200,
            f'<title>The provider</title><h1>Pay {name}</h1><form method="post"><button>Pay</button></form>',
        )

    def stripe_api(self, method: str, path: str, query: Thing, body: Thing, headers: Any) -> Thing:
        stripe = self.stripe
        if headers.get("Authorization") != f"Bearer {STRIPE_KEY}":
            raise PermissionError
        assert headers.get("Stripe-Version")
        what, _, name = path.removeprefix("/v1/").replace("checkout/sessions", "sessions").partition("/")
        if method == "POST":
            return self._once(what, body, headers.get("Idempotency-Key", ""))
        if method == "DELETE":
            return stripe.shown(stripe.cancel(name), [])
        expand = _expanded(query)
        if name:
            return stripe.shown(stripe.get(name, KINDS[what]), expand)
        if what == "events":
            found = [one for one in reversed(stripe.events) if one["created"] >= int(query["created"]["gte"])]
        else:
            wanted = {"payment_intent": query.get("payment_intent"), "charge": query.get("charge")}
            wanted |= {"_subscription": query.get("subscription"), "_payout": query.get("payout")}
            if what == "invoice_payments":
                wanted = {"payment": query["payment"]}
            found = [stripe.shown(one, expand) for one in stripe.list(KINDS[what], **wanted)]
        if after := query.get("starting_after"):
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = int(query.get("limit", 10))
        return {"object": "list", "url": path, "data": found[:limit], "has_more": len(found) > limit}

    def _once(self, what: str, body: Thing, key: str) -> Thing:
        """Do what is asked; asked again under the same key, give the same answer."""
        stripe = self.stripe
        if key in stripe.known:
            asked, answered = stripe.known[key]
            if asked != body:
                raise BadRequest("the key was used for something else")
            return answered
        make = {"sessions": stripe.make_session, "refunds": stripe.make_refund}[what]
        answer = stripe.shown(make(body), [])
        if key:
            stripe.known[key] = (copy.deepcopy(body), answer)
        return answer

    def btcpay_api(self, method: str, path: str, query: dict[str, str], body: bytes, headers: Any) -> Any:
        if headers.get("Authorization") != f"token {BTCPAY_KEY}":
            raise PermissionError
        root = f"/api/v1/stores/{STORE}/invoices"
        if not path.startswith(root):
            raise NotFound(path)
        rest = [part for part in path.removeprefix(root).split("/") if part]
        if method == "POST" and not rest:
            return self.btcpay.make(json.loads(body))
        if not rest:
            found = [
                one
                for one in self.btcpay.invoices.values()
                if query.get("orderId", one["metadata"].get("orderId")) == one["metadata"].get("orderId")
                and one["createdTime"] >= int(query.get("startDate", 0))
            ]
            skip = int(query.get("skip", 0))
            return found[skip : skip + int(query.get("take", 50))]
        if rest[0] not in self.btcpay.invoices:
            raise NotFound(rest[0])
        if rest[1:] == ["payment-methods"]:
            return self.btcpay.methods(rest[0], all_of_them=query.get("onlyAccountedPayments") == "false")
        return self.btcpay.invoices[rest[0]]


def _tree(text: str) -> Thing:
    """Read a[b][0]=c as Stripe does."""
    tree: Thing = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        keys = [key.rstrip("]") for key in name.split("[")]
        place = tree
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        last = keys[-1] or str(len(place))  # expand[]=
        place[last] = value
    return tree


def _expanded(query: Thing) -> list[str]:
    return [str(one).removeprefix("data.") for one in query.get("expand", {}).values()]


@dataclass
class Told:
    """An event as it would be delivered."""

    provider: str
    kind: str
    body: bytes

    def signature(self, *, late: int = 0, key: str = "") -> dict[str, str]:
        """Sign it now, or so many seconds ago; give it as Django's test client takes a header."""
        if self.provider == "stripe":
            return {
                "HTTP_STRIPE_SIGNATURE": sign_stripe(self.body, int(time.time()) - late, key or STRIPE_SIGNS)
            }
        return {"HTTP_BTCPAY_SIG": sign_btcpay(self.body, key or BTCPAY_SIGNS)}


@dataclass
class Cashier:
    """The tests' hand on the providers."""

    at: str

    def do(self, verb: str, **asked: object) -> Any:
        """Make something happen, as `stripe/pay`; give what came of it."""
        request = urllib.request.Request(f"{self.at}/test/{verb}", json.dumps(asked).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def told(self) -> list[Told]:
        """List what was told so far."""
        found = self.do("events")
        return [
            Told(provider, event["type"], json.dumps(event).encode())
            for provider in ("stripe", "btcpay")
            for event in found[provider]
        ]

    def write_secrets(self, folder: Path) -> dict[str, Path]:
        """Write the files of secrets with which we are its customers."""
        files = {
            "stripe": f"at {self.at}\nkey {STRIPE_KEY}\nwebhook whsec_an_older_one\nwebhook {STRIPE_SIGNS}\n",
            "btcpay": f"at {self.at}\nstore {STORE}\nkey {BTCPAY_KEY}\nwebhook {BTCPAY_SIGNS}\n",
        }
        made = {}
        for name, text in files.items():
            made[name] = folder / f"{name}.secrets"
            made[name].touch(mode=0o600)
            made[name].write_text(text)
        return made


@contextmanager
def open_cashier() -> Iterator[Cashier]:
    """Start the providers in a process of their own, and end them."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Cashier(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


def main() -> None:
    server = _Server()
    sys.stdout.write(f"{server.at}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
