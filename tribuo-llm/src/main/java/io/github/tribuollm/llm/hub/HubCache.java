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

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.LockFile;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.network.Backoff;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One repository's part of the cache, in the layout of huggingface_hub:
 *
 * <pre>
 * models--owner--name/
 *   blobs/HASH                                the content
 *   refs/REVISION                             the commit of a branch or tag when it was last asked for
 *   snapshots/COMMIT/FILE -> ../../blobs/HASH
 *   .no_exist/COMMIT/FILE                     a file that this commit is known not to have
 * .locks/models--owner--name/HASH.lock
 * </pre>
 */
final class HubCache {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LONGEST_REF = 64;

    private final Path root;
    private final Path locks;
    private final boolean symlinks;

    HubCache(HubSettings settings, HubRepository repository) {
        String folder = "models--" + repository.owner() + "--" + repository.name();
        this.root = settings.cache().resolve(folder);
        this.locks = settings.cache().resolve(".locks").resolve(folder);
        this.symlinks = settings.symlinks();
    }

    /**
     * The files of a commit, as far as they are here.
     *
     * @param commit the commit
     * @param directory where they are
     * @param absent where empty files say which files the commit does not have
     */
    record Snapshot(String commit, Path directory, Path absent) {
        boolean has(String file) {
            return Files.isRegularFile(directory.resolve(file));
        }

        /** Whether a model can be read from it. */
        boolean isUsable() {
            return has(Checkpoint.CONFIG) && hasWeights();
        }

        /** Whether every file that is wanted is here, or is known not to exist. */
        boolean isComplete() {
            return isUsable()
                    && Checkpoint.COMPANIONS.stream().allMatch(f -> has(f) || Files.exists(absent.resolve(f)));
        }

        private boolean hasWeights() {
            return has(Weights.SINGLE)
                    || has(Quantisation.FILE)
                    || has(Weights.INDEX)
                            && Weights.shards(directory.resolve(Weights.INDEX)).stream()
                                    .allMatch(this::has);
        }
    }

    Snapshot snapshot(String commit) {
        return new Snapshot(
                commit,
                root.resolve("snapshots").resolve(commit),
                root.resolve(".no_exist").resolve(commit));
    }

    /** The commit that a revision was when it was last asked for. */
    Optional<String> commit(HubRepository repository) {
        if (repository.isPinned()) {
            return Optional.of(repository.revision());
        }
        Path ref = ref(repository);
        try {
            return Files.isRegularFile(ref) && Files.size(ref) <= LONGEST_REF
                    ? Optional.of(Files.readString(ref).strip()).filter(HubRepository::isCommit)
                    : Optional.empty();
        } catch (IOException e) {
            throw new CheckpointException(ref + ": cannot be read: " + e, e);
        }
    }

    private Path ref(HubRepository repository) {
        return root.resolve("refs").resolve(repository.revision());
    }

    /** Writes down the commit of a branch or tag. */
    void remember(HubRepository repository, String commit) {
        if (!commit(repository).equals(Optional.of(commit))) {
            AtomicFile.write(ref(repository), channel -> channel.write(StandardCharsets.US_ASCII.encode(commit)));
        }
    }

    /** Writes down that a commit does not have files. */
    void rememberAbsent(Snapshot snapshot, List<String> files) {
        for (String file : files) {
            Path mark = snapshot.absent().resolve(file);
            if (!Files.exists(mark)) {
                AtomicFile.write(mark, channel -> {});
            }
        }
    }

    Path blob(RemoteFile file) {
        return root.resolve("blobs").resolve(file.hash().hex());
    }

    /**
     * Where a blob is collected, over several runs where need be. The name is this library's own: huggingface_hub takes
     * another for each download and locks in a way that the JDK cannot see, so the two never write to one file.
     */
    Path incomplete(RemoteFile file) {
        return blob(file).resolveSibling(file.hash().hex() + ".tribuo-llm.incomplete");
    }

    /** Whether a blob is here with all its bytes. */
    boolean has(RemoteFile file) {
        Path blob = blob(file);
        try {
            return Files.isRegularFile(blob) && Files.size(blob) == file.size();
        } catch (IOException e) {
            throw new CheckpointException(blob + ": cannot be read: " + e, e);
        }
    }

    /** Does something to a blob while all other processes and threads of this library keep off it. */
    void exclusively(RemoteFile file, ProgressListener listener, Runnable action) {
        Path lock = locks.resolve(file.hash().hex() + ".lock");
        try {
            Files.createDirectories(lock.getParent());
            Files.createDirectories(blob(file).getParent());
        } catch (IOException e) {
            throw unlockable(lock, e);
        }
        try {
            LockFile held = taken(lock, () -> listener.noted("waiting for another download of " + file.name()));
            try (held) {
                action.run();
            }
        } catch (IOException e) {
            throw unlockable(lock, e);
        }
    }

    private static LockFile taken(Path lock, Runnable waiting) throws IOException {
        Optional<LockFile> taken = LockFile.take(lock);
        if (taken.isEmpty()) {
            waiting.run();
        }
        while (taken.isEmpty()) {
            Backoff.pause(POLL);
            taken = LockFile.take(lock);
        }
        return taken.get();
    }

    private static CheckpointException unlockable(Path lock, IOException failure) {
        return new CheckpointException(
                lock + ": cannot be locked: " + failure + "; set HF_HUB_CACHE to a directory that can be written",
                failure);
    }

    /** Shows a blob under a file's name. */
    void publish(Snapshot snapshot, RemoteFile file, boolean isNew) {
        Path place = snapshot.directory().resolve(file.name());
        Path blob = blob(file);
        try {
            Files.createDirectories(place.getParent());
            Path fresh = place.resolveSibling(
                    "." + file.name() + "." + ProcessHandle.current().pid() + "."
                            + Thread.currentThread().getId() + ".tmp");
            Files.deleteIfExists(fresh);
            if (!linked(fresh, place.getParent().relativize(blob))) {
                if (isNew) {
                    fresh = blob;
                } else {
                    Files.copy(blob, fresh);
                }
            }
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CheckpointException(place + ": cannot be written: " + e, e);
        }
    }

    private boolean linked(Path link, Path target) throws IOException {
        if (!symlinks) {
            return false;
        }
        try {
            Files.createSymbolicLink(link, target);
            return true;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                throw e instanceof IOException io ? io : new IOException(e);
            }
            return false;
        }
    }

    /**
     * Makes sure that files fit.
     *
     * @param bytes how many will be written
     * @throws CheckpointException if the disk has less space
     */
    void requireSpace(long bytes) {
        Path existing = root.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            if (bytes > free) {
                throw new CheckpointException(root + ": the download needs " + bytes + " bytes, but only " + free
                        + " are free; free space, or set HF_HUB_CACHE to a directory on another disk");
            }
        } catch (IOException e) {
            throw new CheckpointException(existing + ": the free space cannot be found out: " + e, e);
        }
    }

    Path root() {
        return root;
    }
}
