"""Decisions of documents that are not in English."""

from __future__ import annotations

import pytest

from auditor.check.decision import decision_of, stated_decisions
from auditor.facts.glosses import language_of
from auditor.model.outcome import Decision
from tests.check.cases import document

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
SPANISH = "# Informe de auditoría\n\n## Alcance\n\nLos módulos de la tienda que se revisaron con el equipo, las pruebas y los datos para que una parte del trabajo esté clara.\n\n"
PORTUGUESE = "# Relatório\n\n## Âmbito\n\nUma revisão dos módulos para os clientes da loja, com uma análise dos dados e das telas; não há dados em falta.\n\n"
FRENCH = "# Rapport\n\n## Périmètre\n\nUne revue des modules avec les équipes, dans les locaux, sur les données des clients pour une année.\n\n"
GERMAN = "# Prüfbericht\n\n## Umfang\n\nDie Prüfung der Module und der Daten mit dem Team ist für alle Kunden; die Liste wurde auf eine Seite gekürzt.\n\n"
ITALIAN = "# Rapporto\n\n## Ambito\n\nIl controllo della piattaforma con gli utenti e una prova delle pagine che sono nel catalogo della casa, con una nota.\n\n"
RUSSIAN = "# Отчёт\n\n## Объём\n\nПроверка модулей для клиентов после обновления; это все, что не вошло на первую страницу, или для команды при запуске.\n\n"  # noqa: RUF001 - its own letters
TURKISH = "# Rapor\n\n## Kapsam\n\nBu rapor tüm modüller ve ekip için bir kontrol ile hazırlandı; veri ve ekranlar için bir liste olarak verildi.\n\n"  # noqa: RUF001 - its own letters
INDONESIAN = "# Laporan\n\n## Lingkup\n\nPemeriksaan ini untuk semua modul yang sudah ada dan dengan data dari tim pada tahun ini, yang dicatat untuk klien.\n\n"
CHINESE = "# 审查报告\n\n## 范围\n\n对商店的所有模块进行了审查，这是在团队和客户的数据上完成的，已经记录了结果。\n\n"  # noqa: RUF001 - its own letters


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        (f"{SPANISH}## Conclusión\n\n**Estado:** ✅ LISTO PARA PRODUCCIÓN\n", GO),
        (f"{SPANISH}## Veredicto final\n\n❌ **NO LISTO para producción**\n", NO_GO),
        (f"{SPANISH}## Conclusión\n\nLa tienda aún no está lista para producción.\n", NO_GO),
        (f"{SPANISH}**Recomendación:** Aprobado con condiciones\n", CONDITIONAL),
        (f"{SPANISH}## Conclusión\n\n**Listo para producción:** Sí\n", GO),
        (f"{PORTUGUESE}## Conclusão\n\n**Status:** 🔴 **NÃO APROVADO**\n", NO_GO),
        (f"{PORTUGUESE}## Veredicto final\n\n### ✅ SISTEMA PRONTO PARA PRODUÇÃO\n", GO),
        (f"{PORTUGUESE}**Decisão:** Aprovado com ressalvas\n", CONDITIONAL),
        (f"{FRENCH}## Conclusion\n\nLa boutique est maintenant prête pour la mise en production.\n", GO),
        (f"{FRENCH}## Verdict\n\n❌ **Pas encore prêt pour la production**\n", NO_GO),
        (f"{FRENCH}**Décision :** Approuvé sous réserve\n", CONDITIONAL),
        (f"{GERMAN}## Fazit\n\nDer Laden ist damit produktionsreif.\n", GO),
        (f"{GERMAN}**Status:** ❌ Nicht produktionsreif\n", NO_GO),
        (f"{GERMAN}**Entscheidung:** Bedingt freigegeben\n", CONDITIONAL),
        (f"{ITALIAN}**Verdetto:** Pronto per la produzione\n", GO),
        (f"{ITALIAN}**Verdetto:** Non pronto per la produzione\n", NO_GO),
        (f"{RUSSIAN}## Вердикт\n\n**ГОТОВ к релизу**\n", GO),
        (f"{RUSSIAN}## Вердикт\n\n**Не готов к эксплуатации**\n", NO_GO),  # noqa: RUF001 - its own letters
        (f"{TURKISH}**Karar:** Onaylandı\n", GO),  # noqa: RUF001 - its own letters
        (f"{TURKISH}**Durum:** Üretim için hazır değil\n", NO_GO),  # noqa: RUF001 - its own letters
        (f"{TURKISH}**Durum:** Üretim için hazır\n", GO),  # noqa: RUF001 - its own letters
        (f"{INDONESIAN}**Kesimpulan:** Belum siap untuk rilis\n", NO_GO),
        (f"{CHINESE}**结论：** 生产就绪\n", GO),  # noqa: RUF001 - its own letters
        (f"{CHINESE}**结论：** 尚未达到生产条件\n", NO_GO),  # noqa: RUF001 - its own letters
        (f"{SPANISH}**Estado:** En progreso\n", None),
    ],
)
def test_a_decision_in_another_language(text: str, decision: Decision | None) -> None:
    assert decision_of(document(text)) is decision


def test_what_is_quoted_stays_in_its_own_words() -> None:
    text = f"{SPANISH}## Conclusión\n\n**Estado:** ✅ LISTO PARA PRODUCCIÓN\n"
    assert [one.text for one in stated_decisions(document(text))] == ["Estado: ✅ LISTO PARA PRODUCCIÓN"]


@pytest.mark.parametrize(
    "text",
    [
        "The list of the parts is in the table, and the rest of this is for the team to read.",
        "The names of the streets are Rue des Arts, Place de la Loi and Avenue du Parc; the rest of the list is to come.",
        "",
    ],
)
def test_english_stays_as_it_is(text: str) -> None:
    assert language_of(text) is None


def test_a_word_of_another_language_decides_nothing_in_english() -> None:
    text = "# Report\n\nThe parts of the shop and of the store are in this list.\n\n**Status:** no listo\n"
    assert decision_of(document(text)) is None
