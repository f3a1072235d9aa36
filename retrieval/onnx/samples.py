"""Texts that two ways of embedding are compared by: short, empty, too long, in many scripts."""

SAMPLES = (
    "Who won?",
    "",
    "Rain",
    "  When does the ferry to the northern islands leave again?\n",
    (
        "Which towns along the river were flooded after the storm on Sunday night, and what did "
        "the mayors say about the dykes that had been promised to them three years before?"
    ),
    "WHO VOTED AGAINST THE BUDGET?",
    "What is the price of wheat, in €/t, at 14:30 on 3/4?",
    "¿Cuándo abrirá el museo después de la reforma?",
    "Wofür erhielt die Gärtnerin den Preis, und wer überreichte ihn?",
    "Кто подписал соглашение о рыболовстве?",
    "नई दिल्ली में आज मौसम कैसा है?",
    "港の市場はいつ再開しますか。",
    "متى تبدأ المحادثات؟",
    "🌊 flood – how high?",
    "The harbour was closed, and the ships waited outside. " * 12,
    "The council met again on Monday and could not agree on anything at all. " * 60,
)
