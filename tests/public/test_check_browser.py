"""The checker that runs in the browser: the same verdicts as the vectors say, in real Chromium."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page

from buergerrat.public.services import pot
from buergerrat.sortition.services import members
from tests.browser import PHONE, Server, browser, live_server, overflows, page, violations
from tests.public.course import Course
from tests.support import BrowserLike

__all__ = ["browser", "live_server", "page"]

VECTORS = Path(__file__).parent.parent / "vectors"
PAGE = "/elbtal/ortsmitte-2035/pruefen"
RECORD = "/elbtal/ortsmitte-2035/datei/losprotokoll.zip"
# What the tests need of the checker's modules, in the page as `lab`.
LAB = """async (root) => {
  const load = (name) => import(`${root}/static/check/${name}.js`);
  const [checker, zip, rules, bytes, sha, text] = await Promise.all(
    ["checker", "zip", "rules", "bytes", "sha256", "text"].map(load));
  const decode = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const resum = (files) => {
    const names = [...files.keys()].filter((name) => name !== "SHA256SUMS").sort();
    files.set("SHA256SUMS",
      bytes.utf8(names.map((n) => `${bytes.hashHex(files.get(n))}  ${n}\\n`).join("")));
  };
  const asText = (found) => new TextDecoder().decode(found);
  window.lab = { ...checker, ...zip, ...rules, ...bytes, ...sha, ...text,
    decode, resum, asText };
}"""
CASE = """([c, zip]) => {
  const files = new Map(lab.unzip(lab.decode(zip)));
  if (c.drop) files.delete(c.file);
  else if (c.add !== undefined) files.set(c.file, lab.utf8(c.add));
  else if (c.replace) {
    const text = lab.asText(files.get(c.file)), at = text.indexOf(c.replace[0]);
    if (at < 0) throw new Error("the text to replace is not there");
    files.set(c.file, lab.utf8(
      text.slice(0, at) + c.replace[1] + text.slice(at + c.replace[0].length)));
  }
  if (c.resum) lab.resum(files);
  const own = c.own ? lab.utf8(JSON.stringify(c.own)) : null;
  const found = lab.check(files, { expect: c.expect, own });
  return { ok: found.ok, lists: found.own && found.own.lists,
    bad: found.lines.filter((line) => line.state === "bad").map((line) => line.text) };
}"""


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
def lab(page: Page, live_server: Server) -> Page:
    """A page of ours that has loaded the checker's modules."""
    page.goto(live_server.url + "/static/check/worker.js")
    page.evaluate(LAB, live_server.url)
    return page


@pytest.mark.browser
def test_every_record_and_every_forgery_gets_the_verdict_of_the_vectors(lab: Page) -> None:
    cases = json.loads((VECTORS / "cases.json").read_text())
    zips = {one["base"]: base64_of((VECTORS / one["base"]).read_bytes()) for one in cases}
    verdicts = lab.evaluate(
        f"([cases, zips]) => {{ const one = {CASE};"
        " return cases.map((c) => one([c, zips[c.base]])); }",
        [cases, zips],
    )
    assert len(cases) > 100
    for case, found in zip(cases, verdicts, strict=True):
        name = (case["base"], case["name"], found["bad"])
        assert found["ok"] == case["ok"], name
        if "lists" in case:
            assert found["lists"] == case["lists"], name


@pytest.mark.browser
def test_the_small_sums_agree(lab: Page) -> None:
    given = json.loads((VECTORS / "primitives.json").read_text())
    found = lab.evaluate(
        """(p) => ({
        canonical_json: p.canonical_json.map(({value}) => {
          const text = lab.canonical(value); return { text, sha256: lab.hashHex(lab.utf8(text)) }; }),
        seed: p.seed.map((s) => ({ seed: lab.seedOf(s.commitment, s.kind, s.value, s.rehearsal) })),
        written: p.written.map((w) => ({ ok: lab.isWritten(w.kind, w.value) })),
        merkle: p.merkle.map((m) => ({ root: m.root,
          roots: m.leaves.map((leaf, i) => lab.rootFrom(leaf, m.paths[i])) })),
        ticket: p.ticket.map((t) => ({ ticket: lab.ticketsUnder(t.seed, t.draw_id)(t.row_id) })),
        person: p.person.map((q) => ({ commitment: lab.personCommitment(q.features, q.household, q.salt) })),
        mark: p.mark.map((m) => lab.seatsOf(m.id, m.salt)(m.label)),
        pick_number: p.pick_number.map((n) => ({ number: String(
          lab.pickNumber(n.seed, n.marks_sha256, n.kind, n.value, n.panels)) })),
        order: p.order.map((o) => {
          const replacement_seed = lab.replacementSeed(o.seed, o.marks_sha256, o.digits);
          return { replacement_seed, order: lab.orderOf(o.ids, replacement_seed) }; }),
        decimal: p.decimal.map((d) => ({ decimal: lab.decimal(d.count, d.panels) })),
      })""",
        given,
    )
    for key, results in found.items():
        for case, result in zip(given[key], results, strict=True):
            for name, value in result.items():
                if name == "roots":
                    assert set(value) <= {case["root"]}, key
                else:
                    assert value == case[name], (key, case)
    # The row of the register is nobody's to see; its key is in no record.
    assert set(given) - set(found) == {"leaf"}


@pytest.mark.browser
def test_sha256_and_hmac_agree_with_the_browsers_own(lab: Page) -> None:
    differing = lab.evaluate(
        """async () => {
        const wrong = [];
        if (!crypto.subtle) return ["no WebCrypto here"];
        for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 70000]) {
          const data = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
          const theirs = lab.toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
          if (theirs !== lab.toHex(lab.sha256(data))) wrong.push(length);
          if (!length) continue;
          const key = await crypto.subtle.importKey("raw", data.slice(0, 200),
            { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
          const mac = lab.toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, data)));
          if (mac !== lab.toHex(lab.hmacUnder(data.slice(0, 200))(data))) wrong.push(-length);
        }
        return wrong;
      }"""
    )
    assert differing == []


@pytest.mark.browser
def test_any_changed_byte_in_any_file_or_in_the_zip_is_caught(lab: Page) -> None:
    """Every 97th position of every file (and both ends), every 41st of the zip itself."""
    for name in ("replaced-full.zip", "plain-public.zip"):
        missed, tried = lab.evaluate(
            """(zip) => {
            const whole = lab.decode(zip), files = lab.unzip(whole), missed = [];
            let tried = 0;
            for (const [name, data] of files) {
              for (let at = 0; at < data.length; at += at + 1 === data.length ? 1
                  : Math.min(97, data.length - 1 - at)) {
                const changed = data.slice();
                changed[at] ^= 1 << (at % 8);
                tried++;
                if (lab.check(new Map(files).set(name, changed)).ok) missed.push([name, at]);
              }
            }
            for (let at = 0; at < whole.length; at += 41) {
              const changed = whole.slice();
              changed[at] ^= 1 << (at % 8);
              tried++;
              if (lab.checkZip(changed).ok) missed.push(["zip", at]);
            }
            for (const cut of [0, 1, 22, 100]) {
              tried++;
              if (lab.checkZip(whole.slice(0, whole.length - 1 - cut)).ok) missed.push(["cut", cut]);
            }
            return [missed, tried];
          }""",
            base64_of((VECTORS / name).read_bytes()),
        )
        assert tried > 300
        assert missed == []


@pytest.mark.browser
def test_whatever_stands_in_the_files_the_answer_is_a_sentence(lab: Page) -> None:
    """Files with sums that fit, but with rubbish inside: a verdict each time, never an exception."""
    verdicts = lab.evaluate(
        """(zip) => {
        const files = lab.unzip(lab.decode(zip)), found = [];
        const rubbish = ["", "{}", "[]", "null", "a", ",\\n", "\\n\\n", '"', "\\u0000", "0".repeat(5000)];
        for (const name of files.keys()) {
          if (name === "SHA256SUMS") continue;
          for (const text of rubbish) {
            const other = new Map(files).set(name, lab.utf8(text));
            lab.resum(other);
            const { ok, lines } = lab.check(other, { own: lab.utf8(text) });
            found.push([ok, lines.every((line) => line.title && line.text.endsWith(".") )]);
          }
        }
        return found;
      }""",
        base64_of((VECTORS / "replaced-full.zip").read_bytes()),
    )
    assert len(verdicts) > 100
    assert not any(ok for ok, _sentence in verdicts)


def open_page(page: Page, live_server: Server) -> None:
    page.goto(live_server.url + PAGE)
    page.locator("#pruefung").wait_for(state="visible")


def choose(page: Page, *files: tuple[str, bytes]) -> str:
    """Put files into the field; the verdict's words."""
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files
    ]
    page.set_input_files("#pruefung-datei", payloads)
    page.locator("#pruefung-urteil h2").wait_for()
    return page.locator("#pruefung-urteil").inner_text()


def states(page: Page) -> list[str]:
    return page.locator("#pruefung-zeilen .br-check__word").all_text_contents()


@pytest.mark.browser
def test_the_published_record_in_the_page_without_a_request(
    page: Page, live_server: Server, course: Course, client: BrowserLike
) -> None:
    course.seated()
    record = client.get(RECORD).data
    open_page(page, live_server)
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.context.set_offline(True)
    assert "Alles stimmt" in choose(page, ("losprotokoll.zip", record))
    text = page.locator("#pruefung-zeilen").inner_text()
    assert "Die Prüfsumme steht auf dieser Seite" in text
    assert "Keine Losung mit diesen Quoten könnte die kleinste Chance über" in text
    assert set(states(page)) == {"Stimmt", "Hier nicht prüfbar"}
    assert page.locator("#pruefung-bilder svg").count() > 2
    assert page.locator("#pruefung-bilder table").count() == 2
    changed = bytearray(record)
    changed[len(record) // 2] ^= 1
    assert "Etwas stimmt nicht" in choose(page, ("losprotokoll.zip", bytes(changed)))
    assert page.locator("#pruefung-hilfe").is_visible()
    stranger = (VECTORS / "plain-public.zip").read_bytes()
    assert "Etwas stimmt nicht" in choose(page, ("anderes.zip", stranger))
    assert "wurde hier nie veröffentlicht" in page.locator("#pruefung-zeilen").inner_text()
    assert requests == []


@pytest.mark.browser
def test_a_residents_own_row(
    page: Page, live_server: Server, course: Course, client: BrowserLike
) -> None:
    pool = course.replied()
    course.replied = lambda: pool  # type: ignore[method-assign]
    course.seated()
    record = client.get(RECORD).data
    seated = {member.losnummer for member in members.of(course.assembly)}
    rows = [pot.own_row(course.assembly, one.code or "") for one in pool]
    own = dict(row for row in rows if row)
    drawn = next(number for number in own if number in seated)
    other = next(number for number in own if number not in seated)
    open_page(page, live_server)
    assert "Alles stimmt" in choose(page, ("record.zip", record), ("zeile.json", own[drawn]))
    lines = page.locator("#pruefung-zeilen")
    assert f"Ihre Losnummer ist {drawn}." in lines.inner_text()
    assert "Sie stehen auf der gezogenen Liste 352." in lines.inner_text()
    assert "Alles stimmt" in choose(page, ("zeile.json", own[other]))
    assert "Sie stehen nicht auf der gezogenen Liste 352." in lines.inner_text()
    false = {**json.loads(own[other]), "losnummer": drawn}
    assert "Etwas stimmt nicht" in choose(page, ("zeile.json", json.dumps(false).encode()))
    assert f"was für die Losnummer {drawn} festgelegt war" in lines.inner_text()


@pytest.mark.browser
def test_the_page_is_clear_on_desk_phone_paper_and_keyboard(
    page: Page, live_server: Server, course: Course, client: BrowserLike
) -> None:
    course.seated()
    record = client.get(RECORD).data
    open_page(page, live_server)
    choose(page, ("losprotokoll.zip", record))
    assert violations(page, "desk") == []
    for width in (PHONE["width"], 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert not overflows(page)
        assert violations(page, str(width)) == []
    choose(page, ("losprotokoll.zip", record[:-1]))
    assert violations(page, "a failure") == []
    page.locator("#inhalt a").first.focus()
    for field in ("pruefung-datei", "pruefung-zeile"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == field
    page.locator("#pruefung-datei").focus()
    ring = "getComputedStyle(document.getElementById('pruefung-feld')).outlineWidth"
    assert page.evaluate(ring) == "4px"
    page.emulate_media(media="print")
    assert page.locator("#pruefung-zeilen").is_visible()
    assert not page.locator("#pruefung-feld").is_visible()


@pytest.mark.browser
def test_a_file_that_is_dropped(
    page: Page, live_server: Server, course: Course, client: BrowserLike
) -> None:
    course.seated()
    record = client.get(RECORD).data
    open_page(page, live_server)
    page.evaluate(
        """(base64) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "losprotokoll.zip"));
        document.getElementById("pruefung-feld").dispatchEvent(
          new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      }""",
        base64_of(record),
    )
    page.locator("#pruefung-urteil h2").wait_for()
    assert "Alles stimmt" in page.locator("#pruefung-urteil").inner_text()


def test_without_javascript_the_page_says_how(client: BrowserLike, course: Course) -> None:
    text = client.get(PAGE).get_data(as_text=True)
    assert "<noscript>" in text
    assert "python3 verify.py" in text
    for name in ("losprotokoll", "rueckschluesse"):
        found = client.get(f"{PAGE}/{name}.md")
        assert found.mimetype == "text/plain"
        assert found.data == (VECTORS.parent.parent / "docs" / f"{name}.md").read_bytes()
    assert client.get(f"{PAGE}/datenschutz.md").status_code == 404
