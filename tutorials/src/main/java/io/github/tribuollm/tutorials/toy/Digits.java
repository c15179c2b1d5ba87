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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.llm.checkpoint.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Pictures of digits.
 *
 * @param images grey values 0 to 255, row-major, {@value #PIXELS} a picture
 * @param labels 0 to 9
 */
record Digits(byte[] images, byte[] labels) {
    static final int PIXELS = 28 * 28;

    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;
    private static final int MOST = 60_000;

    int size() {
        return labels.length;
    }

    /** The first pictures. */
    Digits first(int count) {
        return new Digits(Arrays.copyOf(images, count * PIXELS), Arrays.copyOf(labels, count));
    }

    /** Pixels in [0, 1] of some pictures, [n, {@value #PIXELS}]. */
    float[] pixels(int[] rows) {
        float[] pixels = new float[rows.length * PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (images[rows[i / PIXELS] * PIXELS + i % PIXELS] & 0xff) / 255f;
        }
        return pixels;
    }

    /** Labels of some pictures. */
    long[] labels(int[] rows) {
        long[] found = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            found[i] = labels[rows[i]];
        }
        return found;
    }

    /** The four files of MNIST, plain or gzipped. */
    enum Part {
        TRAIN(
                "train",
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        TEST(
                "t10k",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

        private final String name;
        private final String images;
        private final String labels;

        Part(String name, String images, String labels) {
            this.name = name;
            this.images = images;
            this.labels = labels;
        }

        /**
         * Reads MNIST.
         *
         * @throws IllegalArgumentException if a file is missing or is not MNIST's
         */
        Digits in(Path directory) {
            return read(
                    checked(directory, name + "-images-idx3-ubyte", images),
                    checked(directory, name + "-labels-idx1-ubyte", labels));
        }
    }

    private static File checked(Path directory, String name, String sha256) {
        File file = File.in(directory, name);
        String found = new Sha256().add(file.bytes()).hex();
        if (!found.equals(sha256)) {
            throw new IllegalArgumentException(file.path() + " is not MNIST's: its SHA-256, unpacked, is " + found
                    + " and not " + sha256 + "; fetch it again");
        }
        return file;
    }

    /**
     * Reads digits that are not MNIST's whole, from a file of images and one of labels in MNIST's format.
     *
     * @throws IllegalArgumentException if a file is missing or broken
     */
    static Digits in(Path directory, String name) {
        return read(File.in(directory, name + "-images-idx3-ubyte"), File.in(directory, name + "-labels-idx1-ubyte"));
    }

    private static Digits read(File images, File labels) {
        ByteBuffer pictures = images.header(IMAGES_MAGIC, 16);
        ByteBuffer names = labels.header(LABELS_MAGIC, 8);
        int count = pictures.getInt();
        images.require(count > 0 && count <= MOST, "it says that it holds " + count + " pictures");
        images.require(pictures.getInt() == 28 && pictures.getInt() == 28, "its pictures are not of 28 by 28 pixels");
        images.require(pictures.remaining() >= count * PIXELS, "it is cut short");
        int named = names.getInt();
        labels.require(named == count, "it says that it holds " + named + " labels, for " + count + " pictures");
        labels.require(names.remaining() >= count, "it is cut short");
        Digits digits = new Digits(new byte[count * PIXELS], new byte[count]);
        pictures.get(digits.images);
        names.get(digits.labels);
        for (byte label : digits.labels) {
            labels.require(label >= 0 && label <= 9, "a label is " + label);
        }
        return digits;
    }

    /**
     * A file in MNIST's format.
     *
     * @param path where it is
     * @param bytes what it holds, unpacked, as far as it can be of use
     */
    private record File(Path path, byte[] bytes) {
        static File in(Path directory, String name) {
            Path plain = directory.resolve(name);
            Path packed = directory.resolve(name + ".gz");
            if (!Files.isRegularFile(plain) && !Files.isRegularFile(packed)) {
                throw new IllegalArgumentException("Neither " + plain + " nor " + packed.getFileName()
                        + " is there; MNIST is four files, train- and t10k-images-idx3-ubyte and -labels-idx1-ubyte,"
                        + " plain or gzipped, such as torchvision and Keras download");
            }
            return read(Files.isRegularFile(plain) ? plain : packed);
        }

        private static File read(Path path) {
            try (InputStream in = Files.newInputStream(path);
                    InputStream plain = path.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
                return new File(path, plain.readNBytes(16 + MOST * PIXELS));
            } catch (EOFException | ZipException e) {
                throw new IllegalArgumentException(
                        path + " is truncated or damaged (" + e.getMessage() + "); fetch it again", e);
            } catch (IOException e) {
                throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
            }
        }

        /** What follows on the magic number. */
        ByteBuffer header(int magic, int size) {
            require(bytes.length >= size, "it is cut short");
            ByteBuffer content = ByteBuffer.wrap(bytes);
            require(content.getInt() == magic, "it does not begin with the number " + magic);
            return content;
        }

        void require(boolean holds, String problem) {
            if (!holds) {
                throw new IllegalArgumentException(path + " is not in MNIST's format: " + problem);
            }
        }
    }
}
