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

"""What huggingface_hub and transformers find in a cache.

Run: python check_hub_cache.py offline|online|load

The environment names the hub (HF_ENDPOINT) and the cache (HF_HUB_CACHE). `offline` finds a whole snapshot and each of
its files without the network; `online` downloads what is missing; `load` has transformers load the model and its
tokenizer by the repository's name. Exits with 0 if all is there.
"""

import sys
from pathlib import Path

from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download, try_to_load_from_cache

REPOSITORY = "tiny/model"
WANTED = ["*.json", "*.safetensors"]


def main(what):
    if what == "load":
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained(REPOSITORY)
        tokenizer = AutoTokenizer.from_pretrained(REPOSITORY)
        print(f"loaded {model.num_parameters()} parameters and {len(tokenizer)} tokens")
        return
    snapshot = Path(snapshot_download(REPOSITORY, allow_patterns=WANTED))
    for name in ["config.json", "tokenizer.json", "model.safetensors"]:
        found = hf_hub_download(REPOSITORY, name)
        if Path(found) != snapshot / name or try_to_load_from_cache(REPOSITORY, name) != found:
            raise SystemExit(f"{name} is {found}, not in {snapshot}")
    (repository,) = scan_cache_dir().repos
    (revision,) = repository.revisions
    print(f"{what}: {repository.repo_id}@{revision.commit_hash}, {len(revision.files)} files, {revision.size_on_disk} bytes")


main(sys.argv[1])
