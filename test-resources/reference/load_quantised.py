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

"""transformers must not load a checkpoint that quantise wrote: prints what it says.

Run: python load_quantised.py DIRECTORY
"""

import sys

import transformers

for loading in (transformers.AutoModelForCausalLM, transformers.LlamaForCausalLM):
    try:
        loading.from_pretrained(sys.argv[1])
    except Exception as e:
        message = f"refused by {loading.__name__}: {type(e).__name__}: {e}"
    else:
        sys.exit(f"loaded by {loading.__name__}")
print(" ".join(message.split()))
