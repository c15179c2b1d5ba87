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
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

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

    private static byte[] checked(Path directory, String name, String sha256) {
        byte[] content = content(directory, name);
        String found = new Sha256().add(content).hex();
        if (!found.equals(sha256)) {
            throw new IllegalArgumentException(directory.resolve(name) + " is not MNIST's: its SHA-256, unpacked, is "
                    + found + " and not " + sha256 + "; fetch it again");
        }
        return content;
    }

    /**
     * Reads digits that are not MNIST's whole, from a file of images and one of labels in MNIST's format.
     *
     * @throws IllegalArgumentException if a file is missing or broken
     */
    static Digits in(Path directory, String name) {
        return read(content(directory, name + "-images-idx3-ubyte"), content(directory, name + "-labels-idx1-ubyte"));
    }

    private static byte[] content(Path directory, String name) {
        Path plain = directory.resolve(name);
        Path packed = directory.resolve(name + ".gz");
        if (!Files.isRegularFile(plain) && !Files.isRegularFile(packed)) {
            throw new IllegalArgumentException("Neither " + plain + " nor " + packed.getFileName()
                    + " is there; MNIST is four files, train- and t10k-images-idx3-ubyte and -labels-idx1-ubyte, plain"
                    + " or gzipped, such as torchvision and Keras download");
        }
        try (InputStream in = new BufferedInputStream(
                Files.isRegularFile(plain)
                        ? Files.newInputStream(plain)
                        : new GZIPInputStream(Files.newInputStream(packed)))) {
            return in.readNBytes(16 + MOST * PIXELS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + plain, e);
        }
    }

    private static Digits read(byte[] images, byte[] labels) {
        try (DataInputStream pictures = new DataInputStream(new ByteArrayInputStream(images));
                DataInputStream names = new DataInputStream(new ByteArrayInputStream(labels))) {
            require(pictures.readInt() == IMAGES_MAGIC && names.readInt() == LABELS_MAGIC, "wrong magic number");
            int count = names.readInt();
            require(count > 0 && count <= MOST && pictures.readInt() == count, "images and labels differ in number");
            require(pictures.readInt() == 28 && pictures.readInt() == 28, "pictures are not of 28 by 28 pixels");
            Digits digits = new Digits(pictures.readNBytes(count * PIXELS), names.readNBytes(count));
            require(digits.images.length == count * PIXELS && digits.labels.length == count, "a file is cut short");
            for (byte label : digits.labels) {
                require(label >= 0 && label <= 9, "a label is " + label);
            }
            return digits;
        } catch (IOException e) {
            throw new IllegalArgumentException("The digits' files are cut short", e);
        }
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("Not digits in MNIST's format: " + problem);
        }
    }
}
