"""A text of a template that nobody can translate is found; what programs and styles read is not."""

from pathlib import Path

import pytest

from tools.plain_texts import plain_texts

MARKED = (
    '<p>{% translate "Too late." %}</p>',
    "<p>{% blocktranslate trimmed with x=y %}It is {{ x }}.{% endblocktranslate %}</p>",
    '<p class="{% if late %}late again{% endif %}">{{ x|default:_("none") }}</p>',
    "<p>{# Too late. #}{% comment %}Too late.{% endcomment %}</p>",
    "<code>Authorization: Bearer …</code> PDF R4.4 1 % ·",
    '<span class="material-symbols-outlined">check_circle</span>',
    '{{ x }}{% translate ", " %}{{ y }} · {{ x }}:',
    '{% block table_class %}wide tight{% endblock %}{{ day|date:"DATE_FORMAT" }}',
)
PLAIN = (
    "<p>Too late.</p>",
    '<p>{% if late %}late{% else %}{% translate "In time" %}{% endif %}</p>',
    "<p>{{ x }}, {{ y }}</p>",
    "<p>{% if x %}<b>{{ x }}</b>: {{ y }}{% endif %}</p>",
    '<a title="Too late">{{ x }}</a>',
    '<p>{{ x|default:"none" }}</p>',
    "<p>{% blocktranslate with s=n|pluralize %}{{ n }} day{{ s }}{% endblocktranslate %}</p>",
)


@pytest.mark.parametrize("source", [*MARKED, *PLAIN])
def test_what_nobody_can_translate_is_named(tmp_path: Path, source: str) -> None:
    (tmp_path / "page.html").write_text(f"{{% load i18n %}}\n{source}")
    found = [fault.partition(":")[2][:2] for fault in plain_texts(tmp_path, tmp_path)]
    assert found == (["2:"] if source in PLAIN else [])
