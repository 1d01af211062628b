"""What the code must not do anywhere, and what it may do only where the page says so.

One reading of all sources: no text is run, nothing weak is reckoned with, and every
module that works with keys or opens a line stands on the page about security.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from service.composition import Chance

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
STATIC = ROOT / "service" / "web" / "static"
# What only measures, tries or plays: no part of a running installation.
LONG = 24  # characters of a text that could be a key
APART = ("service/bench/", "service/faults/", "integrations/simulator/")

RUNS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
RUNS |= {"subprocess.getoutput", "yaml.unsafe_load", "yaml.full_load"}
READS_OBJECTS = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
WEAK = {"md5", "sha1", "sha", "MD5", "SHA1", "ECB", "CBC", "ARC4", "Blowfish", "IDEA"}
WEAK |= {"TripleDES", "PKCS1v15", "DES"}
KEYS = {"hashlib", "hmac", "secrets", "cryptography", "argon2", "joserfc", "pyotp"}
KEYS |= {"pyhanko", "asn1crypto", "ssl"}
LINES = {"httpx2", "smtplib", "socket", "urllib.request", "http.client", "psycopg"}
LINES |= {"boto3", "opentelemetry", "ftplib", "telnetlib", "aiohttp", "requests"}


@dataclass
class Seen:
    """What one module does: what it imports, calls, names and says."""

    name: str
    imports: set[str] = field(default_factory=set)
    calls: list[tuple[str, str, ast.Call]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    equals: list[tuple[str, ast.Compare]] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> "Seen":
        seen = cls(path.relative_to(ROOT).as_posix())
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            where = f"{seen.name}:{getattr(node, 'lineno', 0)}"
            match node:
                case ast.Import():
                    seen.imports |= {each.name for each in node.names}
                case ast.ImportFrom(level=0):
                    seen.imports.add(node.module)
                case ast.Call():
                    seen.calls.append((where, dotted(node.func), node))
                case ast.Attribute(attr=word) | ast.Name(id=word):
                    seen.words.append((where, word))
                case ast.Constant(value=str(text)) if len(text) >= LONG:
                    seen.texts.append((where, text))
                case ast.Compare(ops=[ast.Eq() | ast.NotEq()]):
                    seen.equals.append((where, node))
        seen.imports |= {name.partition(".")[0] for name in seen.imports}
        return seen


def dotted(node: ast.expr) -> str:
    """Return the name of what is called, such as ``subprocess.run``."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case _:
            return ""


@cache
def sources() -> tuple[Seen, ...]:
    """Return all modules of a running installation, each read once."""
    return tuple(
        Seen.of(path)
        for folder in ("service", "workflows", "forms", "integrations")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(APART)
    )


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Give every call with the dotted name of what is called."""
    for seen in sources():
        yield from seen.calls


def parts_of(node: ast.expr) -> Iterator[str]:
    """Give what is put into a text, in source."""
    for part in ast.walk(node):
        if isinstance(part, ast.FormattedValue):
            yield ast.unparse(part.value)


def importers(wanted: set[str]) -> set[str]:
    """Return the modules that import one of these."""
    return {seen.name for seen in sources() if seen.imports & wanted}


def listed() -> set[str]:
    """Return the modules that the page about security names."""
    return set(re.findall(r"`((?:service|forms|integrations)/[\w/.]+\.py)`", PAGE))


def test_no_text_is_run_as_code_or_by_a_shell():
    for where, name, call in calls():
        assert name not in RUNS, where
        if name == "yaml.load":
            (loader,) = (key.value for key in call.keywords if key.arg == "Loader")
            assert dotted(loader) == "yaml.CSafeLoader", where
        if name.startswith("subprocess."):
            given = {key.arg: key.value for key in call.keywords}
            shell = given.get("shell")
            assert shell is None or not getattr(shell, "value", True), where
            first = call.args[0] if call.args else None
            assert not isinstance(first, ast.Constant | ast.JoinedStr), where
    assert importers(READS_OBJECTS) == set()


def test_no_template_is_made_from_text():
    found = 0
    for where, name, call in calls():
        assert not name.endswith((".from_string", "jinja2.Template")), where
        if name.rpartition(".")[2] in {"Environment", "SandboxedEnvironment"}:
            given = {key.arg: key.value for key in call.keywords}
            assert getattr(given["autoescape"], "value", True), where
            found += 1
    assert found


def test_no_statement_is_put_together_from_text():
    """What is put into a statement is a name or a number of the program."""
    found = 0
    for where, name, call in calls():
        last = name.rpartition(".")[2]
        if where.startswith("service/persistence/") and call.args:
            if last not in {"text", "exec_driver_sql"}:
                continue
            found += 1
            for told in parts_of(call.args[0]):
                assert re.fullmatch(r"[\w.()\[\]', ]+", told), (where, told)
        else:
            assert last != "exec_driver_sql", where
    assert found > 5


def test_no_pattern_is_built_from_what_somebody_typed():
    """A pattern is written in the program, or made of pieces that were escaped.

    What else is put into one comes from the data of the program.
    """
    ours = re.compile(
        r"_?[A-Z_]+|_pattern|marks|raw\['most_marks'\] \+ 1"
        r"|.*\b[A-Z_]+\)|_class\(.*\)"
    )
    for where, name, call in calls():
        if name.startswith("re.") and call.args:
            for told in parts_of(call.args[0]):
                escaped = told.startswith("re.escape(") or "map(re.escape" in told
                assert escaped or ours.fullmatch(told), (where, told)


def test_no_weak_cipher_or_sum_is_used():
    for seen in sources():
        for where, word in seen.words:
            assert word not in WEAK, (where, word)
    (ring,) = (s for s in sources() if s.name == "service/secrecy/key_ring.py")
    assert "AESGCM" in {word for _, word in ring.words}


def test_secrets_come_from_the_source_of_the_system():
    """``random`` only plays: nothing that must not be guessed is of it."""
    assert importers({"random"}) == {"service/composition.py"}
    chance = Chance()
    assert len({chance.token() for _ in range(100)}) == 100
    assert len(chance.token()) >= 256 // 6
    assert len(chance.new_id()) == 128 // 4
    told = inspect.getsource(Chance)
    assert told.count("secrets.") == 4
    assert "random." not in told


def test_secrets_are_compared_in_constant_time():
    """Where a sum or a token is held against another, it is by ``compare_digest``.

    Servers are the twins of a trial.
    Hashes of random tokens, by which a row is found, tell nothing by their time.
    """
    secret = re.compile(r"(^|_)(token|digest|mac|signature|secret|password|pin)$")
    places = ("service/auth/", "service/web/", "integrations/", "service/secrecy/")
    for seen in sources():
        if seen.name.startswith(places) and not seen.name.endswith("server.py"):
            for where, node in seen.equals:
                sides = map(dotted, (node.left, *node.comparators))
                names = [side.rpartition(".")[2] for side in sides]
                assert not any(map(secret.search, names)), (where, names)


def test_the_page_lists_every_module_that_works_with_keys_or_sums():
    """A module that only draws a random name, or sums up without a key, is none."""
    uses = {s.name for s in sources() if s.imports & KEYS - {"secrets", "hashlib"}}
    assert uses - listed() == set()
    assert {name for name in listed() if not (ROOT / name).exists()} == set()


def test_the_page_lists_every_module_that_opens_a_line():
    assert importers(LINES) - listed() == set()


def test_no_secret_stands_in_the_code():
    """No long random text is a constant, and no key or certificate lies in a file."""
    begins = re.compile(r"-----BEGIN [A-Z ]*(PRIVATE|CERTIFICATE)")
    random_text = re.compile(r"[A-Za-z0-9+/_-]{40,}")
    for seen in sources():
        for where, text in seen.texts:
            assert not begins.search(text), where
            for found in random_text.findall(text):
                kinds = (r"\d", r"[A-Z]", r"[a-z]")
                mixed = all(re.search(kind, found) for kind in kinds)
                assert not (mixed and len(set(found)) > 20), (where, found)


def test_scripts_write_text_and_never_markup():
    """No way to turn text into markup or code, and no ear for other windows."""
    forbidden = re.compile(
        r"\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|setTimeout\(\s*[\"'`]|__proto__|\.prototype\b|addEventListener\(\s*[\"']message"
        r"|\bonmessage\b|dangerouslySet|srcdoc|document\.cookie"
    )
    kept = re.compile(r"(local|session)Storage\.setItem\((\w+)")
    scripts = sorted(STATIC.glob("*.js"))
    assert len(scripts) > 5
    for path in scripts:
        text = path.read_text("utf-8")
        for found in forbidden.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            raise AssertionError(f"{path.name}:{line} {found[0]}")
        # Only whether the keys of the desk are switched off.
        assert {name for _, name in kept.findall(text)} <= {"OFF"}, path.name


def test_fields_of_passwords_are_covered_and_may_be_filled_by_a_helper_program():
    templates = ROOT / "service" / "web" / "templates"
    found = 0
    for path in sorted(templates.rglob("*.html")):
        text = path.read_text("utf-8")
        for tag in re.findall(
            r'text_field\("(?:mat-khau|mat-khau-moi|go-lai)".*', text
        ):
            found += 1
            assert 'type="password"' in tag, path
            assert re.search(r'autocomplete="(current|new)-password"', tag), path
        assert "onpaste" not in text, path
    assert found > 5
    for path in STATIC.glob("*.js"):
        assert '"paste"' not in path.read_text("utf-8"), path


def test_no_page_asks_for_a_hint_or_a_secret_question():
    hint = re.compile(r"câu hỏi bí mật|câu hỏi bảo mật|gợi ý mật khẩu", re.IGNORECASE)
    for path in sorted((ROOT / "service" / "web" / "templates").rglob("*.html")):
        assert not hint.search(path.read_text("utf-8")), path


def test_what_the_scanner_is_told_to_pass_over_has_its_reason():
    """``make check`` runs bandit; a ``nosec`` stands behind the reason of its line."""
    assert "bandit" in (ROOT / "Makefile").read_text("utf-8")
    for folder in ("service", "workflows", "forms", "integrations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if "nosec" in line:
                    told = re.search(r"# noqa: S\d+  (\w.+)  # nosec B\d+$", line)
                    assert told, f"{path}:{number}"
                    assert len(told[1].split()) > 1, f"{path}:{number}"
