"""What the documents say is true: their links lead somewhere, and their commands run as they stand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tickets.models import Order

ROOT = settings.BASE_DIR
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r'\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"')


def commands(document):
    """The lines of its `sh` blocks, one after the other."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    found = (first or second for first, second in LINK.findall(document.read_text(encoding="utf-8")))
    local = [link for link in found if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("document", ["README.md", "docs/api.md"])
def test_commands_run_as_they_stand(document, live_server, shop_key, tmp_path):
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "demo-credentials.txt").write_text(f"shop-key demo {shop_key[1]}\n")
    script = commands(Path(ROOT / document)).replace("http://127.0.0.1:8000", live_server.url)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("/tmp/", f"{tmp_path}/")],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip  # one line less
    assert run.returncode == 0, run.stdout + run.stderr
    assert '"status":4' not in run.stdout
    # An order whose payments are left out has nothing to pay a refund from: nobody could follow to the end.
    assert Order.objects.exists()
    assert not Order.objects.filter(payments_differ=True).exists()


@pytest.mark.django_db
def test_the_api_tells_itself_on_a_page(client):
    page = client.get("/api/v1/docs")

    assert page.status_code == 200
    assert "swagger-ui" in page.text
    assert client.get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
