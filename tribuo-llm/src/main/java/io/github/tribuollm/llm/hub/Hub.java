/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.hub;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.hub.HubCache.Snapshot;
import io.github.tribuollm.llm.hub.HubClient.Listing;
import io.github.tribuollm.llm.network.Backoff;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gets checkpoints from a hub, through the cache.
 *
 * <p>Only config.json, the tokenizer's files and the safetensors weights are taken: never code, and never a format that
 * can hold code. A commit that is complete in the cache needs no network; a branch is asked for, and the commit that it
 * was before is used if the hub cannot be reached.
 */
final class Hub {
    private static final String SAFETENSORS = ".safetensors";
    private static final long LARGEST_COMPANION = 512L << 20;

    private final HubSettings settings;
    private final ProgressListener listener;
    private final HubClient client;

    /**
     * A hub.
     *
     * @param settings where it and the cache are
     * @param listener is told of progress
     */
    Hub(HubSettings settings, ProgressListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.client = new HubClient(settings, listener);
    }

    /**
     * A checkpoint in the cache.
     *
     * @param repository where it is from, at its commit
     * @param directory the directory with its files
     */
    record Fetched(HubRepository repository, Path directory) {}

    /**
     * Finds a checkpoint in the cache, or downloads what is missing.
     *
     * @param repository the repository and its revision
     * @return the checkpoint
     * @throws CheckpointException if it is not there, may not be read, cannot be reached, has no safetensors, or what
     *     comes is not what the hub promised
     */
    Fetched fetch(HubRepository repository) {
        HubCache cache = new HubCache(settings, repository);
        Optional<Snapshot> cached =
                cache.commit(repository).map(cache::snapshot).filter(Snapshot::isUsable);
        if (repository.isPinned() && cached.filter(Snapshot::isComplete).isPresent()) {
            return fetched(repository, cached.get());
        }
        if (settings.offline()) {
            return fetched(
                    repository,
                    cached.orElseThrow(() -> new CheckpointException(repository + ": HF_HUB_OFFLINE is set, and "
                            + cache.root() + " does not hold this revision; unset it to download")));
        }
        Listing listing;
        try {
            listing = client.list(repository, cached.isPresent() ? Retries.NONE : settings.retries());
        } catch (IOException e) {
            Snapshot snapshot = cached.orElseThrow(() -> unreachable(repository, e));
            listener.noted(repository + ": the hub cannot be reached, so commit " + snapshot.commit()
                    + " in the cache is used");
            return fetched(repository, snapshot);
        }
        return fetched(repository, complete(repository, listing, cache));
    }

    private static Fetched fetched(HubRepository repository, Snapshot snapshot) {
        return new Fetched(repository.at(snapshot.commit()), snapshot.directory());
    }

    private CheckpointException unreachable(HubRepository repository, IOException failure) {
        return new CheckpointException(
                repository + ": " + settings.endpoint() + " cannot be used now: " + Backoff.reason(failure)
                        + "; check the network and HF_ENDPOINT, or try later",
                failure);
    }

    private Snapshot complete(HubRepository repository, Listing listing, HubCache cache) {
        HubRepository pinned = repository.at(listing.commit());
        Snapshot snapshot = cache.snapshot(listing.commit());
        requireModel(pinned, listing.files());
        download(pinned, cache, snapshot, smallFiles(listing.files()));
        if (weights(listing.files()).equals(Weights.INDEX)) {
            List<String> shards = Weights.shards(snapshot.directory().resolve(Weights.INDEX));
            requireListed(pinned, listing.files(), shards);
            download(pinned, cache, snapshot, shards);
        }
        if (!repository.isPinned()) {
            cache.remember(repository, listing.commit());
        }
        cache.rememberAbsent(
                snapshot,
                Checkpoint.COMPANIONS.stream()
                        .filter(f -> !listing.files().contains(f))
                        .toList());
        return snapshot;
    }

    private static void requireModel(HubRepository pinned, Set<String> files) {
        if (!files.contains(Checkpoint.CONFIG)) {
            throw new CheckpointException(pinned + ": the repository has no " + Checkpoint.CONFIG
                    + ", so it holds no checkpoint of transformers; choose another");
        }
        if (!files.contains(weights(files))) {
            String others = files.stream()
                    .filter(f -> f.matches("[A-Za-z0-9._-]+\\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|safetensors)"))
                    .limit(5)
                    .collect(Collectors.joining(", "));
            throw new CheckpointException(pinned + ": the repository has neither " + Weights.SINGLE + " nor "
                    + Weights.INDEX + (others.isEmpty() ? "" : ", only " + others)
                    + "; other formats are not read, and some of them can run code, so choose a revision with"
                    + " safetensors, or save the model with safe_serialization=True");
        }
    }

    private static void requireListed(HubRepository pinned, Set<String> files, List<String> shards) {
        for (String shard : shards) {
            if (!files.contains(shard)) {
                throw new CheckpointException(pinned + ": " + Weights.INDEX + " names the shard '" + shard
                        + "', which the repository does not have; choose another revision");
            }
        }
    }

    /** All but the shards: they are known when the index is here. */
    private static List<String> smallFiles(Set<String> files) {
        return Stream.concat(
                        Stream.concat(Stream.of(Checkpoint.CONFIG), Checkpoint.COMPANIONS.stream()),
                        Stream.of(weights(files)))
                .filter(files::contains)
                .toList();
    }

    /** The file that holds the weights, or names those that do; the last where there is none. */
    private static String weights(Set<String> files) {
        return Stream.of(Weights.SINGLE, Weights.INDEX)
                .filter(files::contains)
                .findFirst()
                .orElse(Quantisation.FILE);
    }

    private void download(HubRepository pinned, HubCache cache, Snapshot snapshot, List<String> names) {
        List<RemoteFile> missing = new ArrayList<>();
        for (String name : names) {
            if (!snapshot.has(name)) {
                missing.add(describe(pinned, name));
            }
        }
        cache.requireSpace(missing.stream()
                .filter(file -> !cache.has(file))
                .mapToLong(file -> Math.max(0, file.size() - size(cache.incomplete(file))))
                .sum());
        for (RemoteFile file : missing) {
            download(pinned, cache, snapshot, file);
        }
    }

    private RemoteFile describe(HubRepository pinned, String name) {
        try {
            RemoteFile file = client.describe(pinned, name);
            if (!name.endsWith(SAFETENSORS) && file.size() > LARGEST_COMPANION) {
                throw new CheckpointException(pinned + ": " + name + " has " + file.size() + " bytes, more than the"
                        + " limit of " + LARGEST_COMPANION + " for such files");
            }
            return file;
        } catch (IOException e) {
            throw unreachable(pinned, e);
        }
    }

    private static long size(Path incomplete) {
        try {
            return Files.exists(incomplete) ? Files.size(incomplete) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private void download(HubRepository pinned, HubCache cache, Snapshot snapshot, RemoteFile file) {
        cache.exclusively(file, listener, () -> {
            if (snapshot.has(file.name())) {
                return;
            }
            boolean isNew = !cache.has(file);
            if (isNew) {
                new Download(client, settings.retries(), pinned, file, listener)
                        .to(cache.incomplete(file), cache.blob(file));
            }
            cache.publish(snapshot, file, isNew);
        });
    }
}
