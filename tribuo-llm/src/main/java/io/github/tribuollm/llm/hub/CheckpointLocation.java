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
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;

/**
 * Where a checkpoint is: a local directory or GGUF file, or {@code hf://owner/name@revision}, which is downloaded when it is not in
 * the cache.
 *
 * <p>A revision of a hub is looked up once in a process, so that all parts of an experiment see one commit.
 *
 * @param name what finds the same checkpoint again: an absolute path, or a location in a hub at its commit
 * @param baseName how PEFT calls it: the path as it was given, or {@code owner/name}
 * @param place the directory with its files, or the GGUF file
 */
public record CheckpointLocation(String name, String baseName, Path place) {
    private static final Logger LOGGER = Logger.getLogger(CheckpointLocation.class.getName());
    private static final Map<Key, Hub.Fetched> FETCHED = new ConcurrentHashMap<>();

    private record Key(HubSettings settings, HubRepository repository) {}

    /**
     * Finds a checkpoint, with the settings of the process for one in a hub. Progress is logged, unless
     * HF_HUB_DISABLE_PROGRESS_BARS is set.
     *
     * @param location a path, or {@code hf://owner/name@revision}
     * @return where it is; a local directory may not exist
     * @throws CheckpointException if a hub does not give it, or the location is neither
     */
    public static CheckpointLocation of(String location) {
        if (location == null) {
            throw new CheckpointException("The location of the checkpoint is missing; write a directory, or "
                    + HubRepository.SCHEME + "owner/name@revision");
        }
        if (location.startsWith(HubRepository.SCHEME)) {
            return inHub(HubRepository.parse(location));
        }
        if (location.contains("://")) {
            throw new CheckpointException("'" + location + "' is no location of a checkpoint; write a directory, or "
                    + HubRepository.SCHEME + "owner/name@revision");
        }
        try {
            Path directory = Path.of(location);
            return new CheckpointLocation(directory.toAbsolutePath().normalize().toString(), location, directory);
        } catch (InvalidPathException e) {
            throw new CheckpointException("'" + location + "' is no path: " + e.getMessage(), e);
        }
    }

    /**
     * Finds the checkpoint that the field {@code checkpoint} of a component names.
     *
     * @param checkpoint the field's value
     * @return where it is
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException naming the field, if it is null, or there is no
     *     configuration of a checkpoint
     * @throws CheckpointException as {@link #of} does
     */
    public static CheckpointLocation ofField(String checkpoint) {
        CheckpointLocation location = of(Settings.requireGiven("checkpoint", checkpoint));
        Settings.require(
                "checkpoint",
                CheckpointFiles.of(location.place).has(Checkpoint.CONFIG),
                "no config.json in " + location.baseName);
        return location;
    }

    private static CheckpointLocation inHub(HubRepository repository) {
        HubSettings settings = HubSettings.ofProcess();
        Hub.Fetched fetched = FETCHED.compute(
                new Key(settings, repository),
                (key, known) -> known != null && Files.isDirectory(known.directory())
                        ? known
                        : new Hub(settings, listener()).fetch(repository));
        return new CheckpointLocation(fetched.repository().toString(), repository.id(), fetched.directory());
    }

    private static ProgressListener listener() {
        return HubSettings.isQuiet() ? ProgressListener.NONE : ProgressListener.logging(LOGGER);
    }

    /** {@return whether it came from a hub} */
    boolean isInHub() {
        return name.startsWith(HubRepository.SCHEME);
    }
}
