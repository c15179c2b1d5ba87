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

"""Writes the tables of the language detection: those of the Python package langdetect 1.0.9 (Apache License 2.0).

python make_languages.py OUTPUT

languages.jsonl.gz has for each language a line {"name", "n_words" (how many 1-, 2- and 3-grams were counted), "freq"
(n-grams and their counts)}; ideographs.txt has for each class of ideographs that count as one a line, the first stands
for all; vietnamese.txt has the letters that may carry a mark, the marks, and for each mark the letters with it.
"""

import gzip
import json
import sys
from pathlib import Path

import langdetect
from langdetect.utils.ngram import NGram

output = Path(sys.argv[1])
lines = []
for profile in sorted((Path(langdetect.__file__).parent / "profiles").iterdir()):
    read = json.loads(profile.read_text(encoding="utf-8"))
    grams = {gram: count for gram, count in sorted(read["freq"].items()) if 1 <= len(gram) <= 3}
    lines.append(json.dumps({"name": read["name"], "n_words": read["n_words"], "freq": grams}, ensure_ascii=False, separators=(",", ":")))
with open(output / "languages.jsonl.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as out:
    out.write(("\n".join(lines) + "\n").encode())
(output / "ideographs.txt").write_text("\n".join(NGram.CJK_CLASS) + "\n", encoding="utf-8")
(output / "vietnamese.txt").write_text("\n".join([NGram.TO_NORMALIZE_VI_CHARS, NGram.DMARK_CLASS, *NGram.NORMALIZED_VI_CHARS]) + "\n", encoding="utf-8")
