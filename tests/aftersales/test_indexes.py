"""Every index is paid for by every write: none stands where another already answers."""

import pytest
from django.db import connection

# Tables that grow with what a shop sends; those of settings and people may have what they like.
GROWING = ("tickets_", "returns_", "events_", "surveys_", "history_")
SETTINGS = ("tickets_category", "tickets_reason", "tickets_macro", "tickets_article", "tickets_savedview")
REPEATED = """
SELECT less.indexrelid::regclass::text, more.indexrelid::regclass::text, less.indrelid::regclass::text
  FROM pg_index less
  JOIN pg_index more ON more.indrelid = less.indrelid AND more.indexrelid <> less.indexrelid
   AND more.indpred IS NULL
 WHERE NOT less.indisunique AND less.indexprs IS NULL
   AND (more.indkey::text || ' ') LIKE (less.indkey::text || ' %')
   AND less.indclass::text = left(more.indclass::text, length(less.indclass::text))
   AND less.indpred IS NULL
"""
FOR_LIKE = """
SELECT index.indexrelid::regclass::text, index.indrelid::regclass::text
  FROM pg_index index JOIN pg_opclass class ON class.oid = index.indclass[0]
 WHERE class.opcname IN ('varchar_pattern_ops', 'text_pattern_ops')
"""


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row for row in cursor.fetchall() if row[-1].startswith(GROWING) and row[-1] not in SETTINGS]


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another():
    assert [f"{less} is in {more}" for less, more, _table in rows(REPEATED)] == []


@pytest.mark.django_db
def test_no_growing_table_keeps_an_index_for_like_that_nobody_asked_for():
    assert [name for name, _table in rows(FOR_LIKE)] == []
