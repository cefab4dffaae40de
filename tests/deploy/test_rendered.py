"""The renderer: equal to kustomize where there is one, and what is kept rendered is equal to the sources."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8s.kustomize import K8S, RENDERED, NotKnown, build

TOOLS = {"kustomize": ["kustomize", "build"], "kubectl": ["kubectl", "kustomize"]}


def by_name(documents: Any) -> dict[tuple[str, str], Any]:
    return {(one["kind"], one["metadata"]["name"]): one for one in documents}


def test_what_is_kept_rendered_is_what_the_sources_say() -> None:
    kept = list(yaml.safe_load_all(RENDERED.read_text(encoding="utf-8")))
    assert kept == build(K8S / "overlays" / "quickstart"), "run: .venv/bin/python tests/k8s/kustomize.py"


@pytest.mark.kustomize
@pytest.mark.parametrize("folder", ["overlays/quickstart", "overlays/production"])
def test_kustomize_itself_makes_the_same_of_it(folder: str) -> None:
    installed = [words for name, words in TOOLS.items() if shutil.which(name)]
    assert installed
    for words in installed:
        real = subprocess.run([*words, str(K8S / folder)], capture_output=True, text=True, timeout=60, check=True)
        assert by_name(build(K8S / folder)) == by_name(yaml.safe_load_all(real.stdout))


def test_what_the_renderer_does_not_do_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: []\nnamePrefix: x-\n")
    with pytest.raises(NotKnown, match="namePrefix"):
        build(tmp_path)


def test_a_changed_setting_gives_a_new_name_to_its_map_and_to_whoever_refers_to_it(tmp_path: Path) -> None:
    changed = {"name": "kefu", "behavior": "merge", "literals": ["KEFU_LOG_LEVEL=DEBUG"]}
    (tmp_path / "kustomization.yaml").write_text(
        yaml.safe_dump({"resources": [str(K8S / "base")], "configMapGenerator": [changed]})
    )
    before, after = (
        {name for kind, name in by_name(build(folder)) if kind == "ConfigMap"} for folder in (K8S / "base", tmp_path)
    )
    (old,), (new,) = before - after, after - before
    assert old.startswith("kefu-")
    text = yaml.safe_dump_all(build(tmp_path))
    assert text.count(new) == 1 + 2 * 10, "the map, and two containers in each of ten Deployments"
    assert old not in text
