"""``dev/screenshot LOGIN PASSWORD PATH FILE``: log in, open a page, save what Chromium shows.

It speaks the browser's DevTools protocol through websocket-client, which Odoo's own
browser tests need anyway.
"""

import argparse
import base64
import http.cookiejar
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import websocket

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from devtools import browser

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="dev/screenshot", description=__doc__)
    parser.add_argument("login")
    parser.add_argument("password")
    parser.add_argument("path", help="e.g. /odoo/contacts")
    parser.add_argument("file", type=Path, help="the PNG to write")
    parser.add_argument("--url", default="http://localhost:8069", help="the server")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=768)
    parser.add_argument("--lang", help="language for this user from now on, e.g. zh_CN")
    parser.add_argument("--wait", default=".o_action_manager > *", help="CSS selector")
    parser.add_argument("--click", action="append", default=[], help="CSS selector, repeatable")
    parser.add_argument("--delay", type=float, default=1.5, help="seconds for the page to settle")
    parser.add_argument("--full", action="store_true", help="the whole page, not the window")
    return parser.parse_args()


class Server:
    """A session on the Odoo server."""

    def __init__(self, url, login, password):
        self.url, self.jar = url, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        page = self.opener.open(f"{url}/web/login").read().decode()
        token = re.search(r'csrf_token" value="([^"]+)', page) or re.search(
            r'csrf_token: "([^"]+)', page
        )
        form = {"login": login, "password": password, "csrf_token": token[1]}
        answer = self.opener.open(f"{url}/web/login", urllib.parse.urlencode(form).encode())
        if "/web/login" in answer.geturl():
            sys.exit(f"ERROR: {login} cannot log in with that password at {url}")

    def call(self, model, method, *args):
        """Call a model's method."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        request = urllib.request.Request(
            f"{self.url}/web/dataset/call_kw",
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self.opener.open(request))
        if "error" in answer:
            sys.exit(f"ERROR: {answer['error']['data']['message']}")
        return answer["result"]

    def session(self):
        """The session's identifier."""
        return next(cookie.value for cookie in self.jar if cookie.name == "session_id")


class Browser:
    """A headless Chromium with one page."""

    def __init__(self, profile, width, height):
        command = [browser.find(), *_FLAGS, f"--user-data-dir={profile}"]
        command += [f"--window-size={width},{height}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port_file, self.count = Path(profile) / "DevToolsActivePort", 0
        for _attempt in range(300):
            if port_file.exists() and "\n" in port_file.read_text():
                break
            time.sleep(0.1)
        else:
            sys.exit("ERROR: Chromium does not start")
        port = port_file.read_text().split("\n", 1)[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            page = next(tab for tab in json.load(answer) if tab["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=120)
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def send(self, method, **params):
        """Send a command and return its result."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.count:
                return message.get("result", {})

    def wait_for(self, selector, then=""):
        """Wait until ``selector`` matches something, then run ``then`` on it."""
        look = f"(() => {{const e = document.querySelector({json.dumps(selector)});"
        look += f"if (e) {{{then}}} return Boolean(e)}})()"
        for _attempt in range(300):
            if self.send("Runtime.evaluate", expression=look)["result"].get("value"):
                return True
            time.sleep(0.1)
        print(f"WARNING: nothing matches {selector} after 30 seconds", file=sys.stderr)
        return False

    def close(self):
        """Stop Chromium."""
        self.send("Browser.close")
        self.process.wait(timeout=20)


def main():
    """Do it."""
    options = arguments()
    if not browser.find():
        sys.exit("ERROR: Chromium is missing: run 'apt-get install chromium' as root")
    try:
        server = Server(options.url, options.login, options.password)
    except urllib.error.URLError as error:
        sys.exit(f"ERROR: {options.url} does not answer ({error.reason}): is 'make run' running?")
    if options.lang:
        user = server.call("res.users", "search", [["login", "=", options.login]])
        server.call("res.users", "write", user, {"lang": options.lang})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        page = Browser(profile, options.width, options.height)
        try:
            page.send(
                "Network.setCookie",
                name="session_id",
                value=server.session(),
                url=options.url,
            )
            page.send("Page.navigate", url=options.url + options.path)
            page.wait_for(options.wait)
            for selector in options.click:
                page.wait_for(selector, "e.click();")
                time.sleep(options.delay)
            time.sleep(options.delay)
            shot = page.send("Page.captureScreenshot", captureBeyondViewport=options.full)
            options.file.parent.mkdir(parents=True, exist_ok=True)
            options.file.write_bytes(base64.b64decode(shot["data"]))
        finally:
            page.close()
    print(options.file)


if __name__ == "__main__":
    main()
