"""The benchmark runs from beginning to end, and prints every row; how fast is not asked."""

import json

from devtools.bench import command, table

#: Rows that one size alone cannot fill.
COMPARING = {"against the size before"}


def test_bench(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SIZE", "300")
    monkeypatch.delenv("SIZES", raising=False)
    monkeypatch.delenv("FRESH", raising=False)
    file = tmp_path / "bench.json"

    command.run("--rounds", "1", "--orders", "5", "--json", str(file))

    printed = capsys.readouterr().out
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["sizes"]["300"]["failures"] == {}
    for row, line in zip(table.ROWS, found["table"], strict=True):
        assert row.label in printed
        assert line["label"] in COMPARING or line["sizes"]["300"]["value"] is not None, line
