"""Pages per second of one address under several clients at once, on this machine only.

    python benchmarks/load.py http://127.0.0.1:8000/elbtal/ortsmitte-2035/ --clients 16
    python benchmarks/load.py URL --cookie br_sitzung=…      (a page behind the sign-in)

Prints pages/s and the times at 50, 95 and 99 per cent. Refuses any other host.
"""

from __future__ import annotations

import argparse
import http.client
import threading
import time
from urllib.parse import urlsplit


def client(url: str, cookie: str, pages: int, times: list[float], lock: threading.Lock) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    own = []
    for _ in range(pages):
        started = time.perf_counter()
        connection.request("GET", parts.path or "/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{url}: {answer.status}")
        own.append(time.perf_counter() - started)
    with lock:
        times.extend(own)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--pages", type=int, default=50, help="per client, at most 500")
    parser.add_argument("--cookie", default="")
    given = parser.parse_args()
    if urlsplit(given.url).hostname not in ("127.0.0.1", "localhost"):
        raise SystemExit("Only 127.0.0.1 is measured.")
    times: list[float] = []
    lock = threading.Lock()
    pages = min(500, given.pages)
    arguments = (given.url, given.cookie, pages, times, lock)
    threads = [threading.Thread(target=client, args=arguments) for _ in range(given.clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    times.sort()
    marks = {share: 1000 * times[int(share / 100 * (len(times) - 1))] for share in (50, 95, 99)}
    figures = ", ".join(f"p{share} {ms:.0f} ms" for share, ms in marks.items())
    print(
        f"{len(times)} pages, {given.clients} clients: {len(times) / seconds:.0f} pages/s, {figures}"
    )


if __name__ == "__main__":
    main()
