# Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.


"""Writes what the official checks of IFEval make of responses to each of the 25 instructions.

python make_ifeval.py OUTPUT

Needs lm_eval (made with 0.4.13, whose checks are the official ones), nltk and langdetect, which draws from seed 0. NLTK
reads this repository's tables of Punkt. Words are counted by NLTK's tokenizer, which since 3.10 takes the package regex for
Python's own re, the one that the published verdicts come from: they differ on signs such as U+00BD, which are left out
here. Beside the verdicts there are the sentences, words and languages of the texts.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

NLTK = Path(tempfile.mkdtemp())
os.environ["NLTK_DATA"] = str(NLTK)
RESOURCES = Path(__file__).resolve().parents[2] / "tribuo-llm/src/main/resources/io/github/tribuollm/llm/evaluation/ifeval"
shutil.copytree(RESOURCES / "punkt", NLTK / "tokenizers" / "punkt_tab" / "english")

import langdetect  # noqa: E402
import nltk  # noqa: E402
from lm_eval.tasks.ifeval import utils  # noqa: E402
from nltk.tokenize import word_tokenize  # noqa: E402
from nltk.tokenize.punkt import PunktTokenizer  # noqa: E402

langdetect.DetectorFactory.seed = 0

ENGLISH = "The quick brown fox jumps over the lazy dog, and then it sleeps in the warm afternoon sun."
TEXTS = [
    "Dr. Smith went to Washington D.C. on Jan. 5th. He met Mr. Jones at 3 p.m. They talked.",
    'He said "Stop!" Then (quietly.) he left... And so on. "Really?" she asked. Yes!!! No?! Maybe.',
    "I live in the U.S. It is big. The U.S. Government is old. J. Bach wrote No. 5. in 1720. Fine.",
    "One line\nwithout a period\n\nAnother one. 1. First item. 2. Second item.\n- a. b. c.\n* Bold* text.",
    "e.g. this, i.e. that, etc. And more. vs. them. Sen. Ford Inc. Corp. said so. 3.14 is pi. $5.00. OK.",
    "I CAN'T, WON'T and DON'T. I'M here; GONNA go, CANNOT stay. AT&T, C++, A-B/C.D *BOLD* [NAME] <<TITLE>>",
    "NASA's ROCKET--the \"BIG ONE\"--flew. 'TIS SO. 'twas. IT'LL WORK: 10,000 MILES, 5% OF $3 @HOME #TAG!",
    "\u201cQuoted.\u201d \u2018Single.\u2019 \u00abGuillemets.\u00bb Dash\u2014here. \u00c9COLE \u00fcber \u00dcBER \u2026 end.",
    "",
    "   \n\n  ",
    "No end",
    "...",
    ENGLISH,
    ENGLISH.upper(),
    "Der schnelle braune Fuchs springt \u00fcber den faulen Hund und schl\u00e4ft dann in der Sonne.",
    "Le renard brun saute par-dessus le chien paresseux et dort ensuite au soleil de l'apr\u00e8s-midi.",
    "\u041b\u0438\u0441\u0430 \u043f\u0440\u044b\u0433\u0430\u0435\u0442 \u0447\u0435\u0440\u0435\u0437 \u043b\u0435\u043d\u0438\u0432\u0443\u044e \u0441\u043e\u0431\u0430\u043a\u0443, \u0430 \u043f\u043e\u0442\u043e\u043c \u0441\u043f\u0438\u0442 \u043d\u0430 \u0441\u043e\u043b\u043d\u0446\u0435.",
    "\u5feb\u901f\u7684\u68d5\u8272\u72d0\u72f8\u8df3\u8fc7\u4e86\u61d2\u72d7\uff0c\u7136\u540e\u5728\u4e0b\u5348\u6e29\u6696\u7684\u9633\u5149\u4e0b\u7761\u89c9\u3002",
    "\u3059\u3070\u3084\u3044\u8336\u8272\u306e\u30ad\u30c4\u30cd\u304c\u6020\u3051\u72ac\u3092\u98db\u3073\u8d8a\u3048\u307e\u3059\u3002",
    "\ube60\ub978 \uac08\uc0c9 \uc5ec\uc6b0\uac00 \uac8c\uc73c\ub978 \uac1c\ub97c \ub6f0\uc5b4\ub118\uc2b5\ub2c8\ub2e4.",
    "\u0924\u0947\u091c\u093c \u092d\u0942\u0930\u0940 \u0932\u094b\u092e\u0921\u093c\u0940 \u0906\u0932\u0938\u0940 \u0915\u0941\u0924\u094d\u0924\u0947 \u0915\u0947 \u090a\u092a\u0930 \u0938\u0947 \u0915\u0942\u0926\u0924\u0940 \u0939\u0948\u0964",
    "Con ca\u0301o na\u0302u nhanh nhe\u0323n nha\u0309y qua con cho\u0301 lu\u031bo\u031b\u0300i bie\u0302\u0301ng. xin cha\u0300o",
    "see https://example.org/a?b=c or mail a.b@example.org now",
    "123 456 !!!",
    "YELLING",
]
COUNT = {"relation": "at least"}
FEWER = {"relation": "less than"}
CASES = {
    "keywords:existence": [({"keywords": ["fox", "sun"]}, [ENGLISH, "FOXES in SUNlight", "fox", "", "sun\nfox"])],
    "keywords:frequency": [
        ({"keyword": " fox ", "frequency": 2} | COUNT, ["fox Foxes", "fox", "F O X", "foxfoxfox"]),
        ({"keyword": "fox", "frequency": 2} | FEWER, ["fox Foxes", "fox", "none"]),
    ],
    "keywords:forbidden_words": [({"forbidden_words": ["fox", "sun"]}, [ENGLISH, "foxes, sunny", "FOX", "\u00e9fox", "fox_1", "fox-1", "x"])],
    "keywords:letter_frequency": [
        ({"letter": "Q", "let_frequency": 2, "let_relation": "at least"}, ["q Q", "q", "none", "Queue quay"]),
        ({"letter": "q", "let_frequency": 2, "let_relation": "less than"}, ["q Q", "q", "none"]),
    ],
    "language:response_language": [({"language": code}, TEXTS[12:]) for code in ("en", "de", "ru", "vi", "ko", "hi")],
    "length_constraints:number_sentences": [({"num_sentences": n} | r, TEXTS[:8]) for n, r in ((3, COUNT), (5, FEWER), (8, COUNT))],
    "length_constraints:number_paragraphs": [({"num_paragraphs": 2}, ["a\n***\nb", "a***b", "***\na\n***\nb\n***", "a *** *** b", "a\n\nb", "a****b", "* a\n***\n* b"])],
    "length_constraints:number_words": [
        ({"num_words": 4} | COUNT, ["one two three four", "one two-three four's", "one_two three", "\u00fcber \u4f60\u597d 4 \u0915\u0941\u0924\u094d\u0924\u0947"]),
        ({"num_words": 4} | FEWER, ["one two three four", "one two three", "..."]),
    ],
    "length_constraints:nth_paragraph_first_word": [
        ({"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Hello"},
         ["a\n\nhello there", "a\n\nHello, there", "a\n\n'hello'", "a\n\n\"hello\"", "a\n\n'\"hello", "a\n\n\"'hello", "a\n\n\n\nhello", "a\n\nhello\n\nb", "hello\n\na", "a\n\n*hello*", "a\n\n\u3000hello", "a\n\n  "]),
    ],
    "detectable_content:number_placeholders": [({"num_placeholders": 2}, ["[a] and [b]", "[a", "[a [b]]", "[]\n[\n]", "[] []"])],
    "detectable_content:postscript": [
        ({"postscript_marker": "P.S."}, ["bye\nP.S. more", "p. s. more", "PS more", "P.S more", "p.\u00a0s. x", "p.  s. x"]),
        ({"postscript_marker": "P.P.S"}, ["P.P.S more", "p. p. s", "P.S. more", "P.P.S. more"]),
        ({"postscript_marker": "Note: "}, ["NOTE: x", "note x"]),
    ],
    "detectable_format:number_bullet_lists": [
        ({"num_bullets": 2}, ["* a\n* b", "- a\n  - b", "* a\n- b\n", "** a\n* b", "*\n* b", "a\n* b\n\n\n* c", "* a\n* b\n* c", "--- \n* a", "\u2022 a\n\u2022 b", "* a\r* b", "*a*\n*b*"]),
    ],
    "detectable_format:constrained_response": [({}, ["My answer is yes.", "So: My answer is maybe. Right", "my answer is no.", "My answer is no", "*My answer is no.*"])],
    "detectable_format:number_highlighted_sections": [({"num_highlights": 2}, ["*a* and *b*", "**a**", "** ** *a*", "*a\nb* *c*", "* a\n* b", "***a***", "**a** **b**", "****"])],
    "detectable_format:multiple_sections": [({"section_spliter": "Section ", "num_sections": 2}, ["Section 1\na\nSection 2\nb", "SECTION 1 SECTION 2", "Section1Section 2", "Section X Section Y", "Section \u0661 and Section 2", "Section 1"])],
    "detectable_format:json_format": [
        ({}, ['{"a": [1, 2.5e-3, "x\\n", null, true]}', '```json\n{"a": 1}\n```', "```JSON\n[]```", "```\n3\n```", "``` json\n{}```", "NaN", "[Infinity, -Infinity]",
              '"a\tb"', "{'a': 1}", '{"a": 1,}', "[1,]", "01", "-", "1.", ".5", "1e5", "-0", '"\\u12g4"', '"\\ud800"', '{"a" 1}', '{"a": 1} x', "[[[[]]]]", "[" * 30 + "]" * 30,
              "nul", "'x'", "{1: 2}", '{"a":{"b":[]}}', "\u00a0[1]\u00a0", "[1,\u00a02]", "\ufeff[]", "9" * 4301, "9" * 4300, "```json```Json{}", "here: {}", "True", '"\\x"', '"a', "[1 2]", '{"a":1 "b":2}', ""]),
    ],
    "detectable_format:title": [({}, ["<<A>>", "<<>>", "<< >>", "<<<A>>>", "<<A\n>>", "x <<a>> y <<b", "<A>"])],
    "combination:two_responses": [({}, ["a\n******\nb", "a******a", "a ****** b ****** c", "******a******b******", "a******  ******b", "a", "a*******b"])],
    "combination:repeat_prompt": [({"prompt_to_repeat": " Write a Poem. "}, ["Write a poem. Roses", "write a POEM.\n", "Sure: Write a Poem.", "Sure:\nWrite a Poem. x", "Write a Poem", "*Write a Poem.* Yes"])],
    "startend:end_checker": [({"end_phrase": "Any other questions?"}, ["... Any other questions?", "\"any other questions?\"  ", "Any other questions? Yes", "Any other questions?\nBye", "*Any other questions?*", "Any other questions?\"\""])],
    "startend:quotation": [({}, ['"a"', ' "a" ', '"', '""', "'a'", '"a', '\u201ca\u201d', 'Here:\n"a"', '\u00a0"a"\u3000'])],
    "change_case:capital_word_frequency": [
        ({"capital_frequency": n, "capital_relation": r}, TEXTS[:8] + ["A B", "a b", "A1 B2 3", "I'M", "CANNOT", "U.S. A.B"]) for n, r in ((2, "at least"), (3, "less than"), (12, "at least"))
    ],
    "change_case:english_capital": [({}, [ENGLISH.upper(), ENGLISH, "123", "HALLO", "\u01c5 A", ENGLISH.upper() + "\u00aa", TEXTS[14].upper(), "OK\nok"])],
    "change_case:english_lowercase": [({}, [ENGLISH.lower(), ENGLISH, "123", "hallo", ENGLISH.lower() + " \u2160", TEXTS[14].lower(), "the end\nTHE END", "\u00aa"])],
    "punctuation:no_comma": [({}, ["a b", "a, b", "a\uff0c b", "a,\nb"])],
}


def main():
    cases = []
    for name, variants in CASES.items():
        for kwargs, responses in variants:
            for response in responses:
                row = utils.InputExample(len(cases), [name], "p", [kwargs])
                strict = utils.test_instruction_following_strict(row, response).follow_instruction_list
                loose = utils.test_instruction_following_loose(row, response).follow_instruction_list
                cases.append({"instruction": name, "kwargs": kwargs, "response": response, "strict": bool(strict[0]), "loose": bool(loose[0])})
    texts = []
    for text in TEXTS:
        try:
            language = langdetect.detect(text)
        except langdetect.LangDetectException:
            language = ""
        texts.append({"text": text, "sentences": PunktTokenizer("english").tokenize(text), "words": word_tokenize(text), "language": language})
    Path(sys.argv[1]).write_text(json.dumps({"nltk": nltk.__version__, "cases": cases, "texts": texts}, ensure_ascii=False, indent=1) + "\n")


main()
