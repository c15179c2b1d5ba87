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
package io.github.tribuollm.llm.checkpoint;

import io.github.tribuollm.graph.ElementType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The types of a GGUF file's tensors that are read, and what their blocks of numbers mean. Products and sums are those
 * of float32, in ggml's order.
 */
enum GgufType {
    /** One 32-bit float. */
    F32(0, 1, 4) {
        @Override
        void unpack(Block block, float[] values, int at) {
            values[at] = Float.intBitsToFloat(block.word(0));
        }
    },
    /** One half float. */
    F16(1, 1, 2) {
        @Override
        void unpack(Block block, float[] values, int at) {
            values[at] = block.half(0);
        }
    },
    /** One brain float. */
    BF16(30, 1, 2) {
        @Override
        void unpack(Block block, float[] values, int at) {
            values[at] = Float.intBitsToFloat((block.unsigned(0) | block.unsigned(1) << 8) << 16);
        }
    },
    /** 32 numbers d (q - 8) of 4 bits; the low halves of 16 bytes come before the high ones. */
    Q4_0(2, 32, 18) {
        @Override
        void unpack(Block block, float[] values, int at) {
            float d = block.half(0);
            for (int i = 0; i < 32; i++) {
                values[at + i] = d * (block.nibble(2, i) - 8);
            }
        }
    },
    /** 32 numbers d q + m of 4 bits. */
    Q4_1(3, 32, 20) {
        @Override
        void unpack(Block block, float[] values, int at) {
            float d = block.half(0);
            float m = block.half(2);
            for (int i = 0; i < 32; i++) {
                values[at + i] = d * block.nibble(4, i) + m;
            }
        }
    },
    /** 32 numbers d (q - 16) of 5 bits; the fifth ones lie together. */
    Q5_0(6, 32, 22) {
        @Override
        void unpack(Block block, float[] values, int at) {
            float d = block.half(0);
            int high = block.word(2);
            for (int i = 0; i < 32; i++) {
                values[at + i] = d * ((block.nibble(6, i) | (high >>> i & 1) << 4) - 16);
            }
        }
    },
    /** 32 numbers d q + m of 5 bits. */
    Q5_1(7, 32, 24) {
        @Override
        void unpack(Block block, float[] values, int at) {
            float d = block.half(0);
            float m = block.half(2);
            int high = block.word(4);
            for (int i = 0; i < 32; i++) {
                values[at + i] = d * (block.nibble(8, i) | (high >>> i & 1) << 4) + m;
            }
        }
    },
    /** 32 numbers d q of 8 bits. */
    Q8_0(8, 32, 34) {
        @Override
        void unpack(Block block, float[] values, int at) {
            float d = block.half(0);
            for (int i = 0; i < 32; i++) {
                values[at + i] = d * block.signed(2 + i);
            }
        }
    },
    /** Eight groups of 32 numbers d s q - d' s' of 4 bits; s and s' have 6 bits. */
    Q4_K(12, 256, 144) {
        @Override
        void unpack(Block block, float[] values, int at) {
            for (int group = 0; group < 8; group++) {
                float d = block.half(0) * block.scale(4, group);
                float m = block.half(2) * block.minimum(4, group);
                int nibbles = 16 + 32 * (group / 2);
                for (int i = 0; i < 32; i++) {
                    int q = block.unsigned(nibbles + i) >>> 4 * (group % 2) & 15;
                    values[at + 32 * group + i] = d * q - m;
                }
            }
        }
    },
    /** Eight groups of 32 numbers d s q - d' s' of 5 bits; s and s' have 6 bits. */
    Q5_K(13, 256, 176) {
        @Override
        void unpack(Block block, float[] values, int at) {
            for (int group = 0; group < 8; group++) {
                float d = block.half(0) * block.scale(4, group);
                float m = block.half(2) * block.minimum(4, group);
                int nibbles = 48 + 32 * (group / 2);
                for (int i = 0; i < 32; i++) {
                    int low = block.unsigned(nibbles + i) >>> 4 * (group % 2) & 15;
                    int high = block.unsigned(16 + i) >>> group & 1;
                    values[at + 32 * group + i] = d * (low | high << 4) - m;
                }
            }
        }
    },
    /** Sixteen groups of 16 numbers d s (q - 32) of 6 bits; s has 8 bits. */
    Q6_K(14, 256, 210) {
        @Override
        void unpack(Block block, float[] values, int at) {
            for (int group = 0; group < 16; group++) {
                float d = block.half(208) * block.signed(192 + group);
                for (int i = 16 * group; i < 16 * (group + 1); i++) {
                    int low = block.unsigned(64 * (i / 128) + i % 64) >>> 4 * (i / 64 % 2) & 15;
                    int high = block.unsigned(128 + 32 * (i / 128) + i % 32) >>> 2 * (i / 32 % 4) & 3;
                    values[at + i] = d * ((low | high << 4) - 32);
                }
            }
        }
    };

    /** Types that are not read, by their numbers. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(24, "I8"),
            Map.entry(25, "I16"),
            Map.entry(26, "I32"),
            Map.entry(27, "I64"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(39, "MXFP4"),
            Map.entry(40, "NVFP4"),
            Map.entry(41, "Q1_0"));

    private final int number;
    private final int block;
    private final int bytes;

    GgufType(int number, int block, int bytes) {
        this.number = number;
        this.block = block;
        this.bytes = bytes;
    }

    /** The type that a file gives a number, if it is read. */
    static Optional<GgufType> numbered(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** What a type that is not read is called. */
    static String otherName(int number) {
        return OTHERS.getOrDefault(number, "number " + Integer.toUnsignedString(number));
    }

    /** The elements of a block. */
    int block() {
        return block;
    }

    /** The bytes of a block. */
    int bytes() {
        return bytes;
    }

    /** The type that holds the values exactly. */
    DType dtype() {
        return switch (this) {
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            default -> DType.F32;
        };
    }

    /** Whether each element lies by itself. */
    boolean isPlain() {
        return block == 1;
    }

    /**
     * The values of a block.
     *
     * @param block its bytes
     * @param values receives them
     * @param at the index of the first
     */
    abstract void unpack(Block block, float[] values, int at);

    /** The values of consecutive blocks. */
    float[] unpack(byte[] stored) {
        float[] values = new float[stored.length / bytes * block];
        for (int i = 0; i < values.length / block; i++) {
            unpack(new Block(stored, i * bytes), values, i * block);
        }
        return values;
    }

    /** The bytes of one block. */
    record Block(byte[] stored, int start) {
        private static final ElementType HALF = ElementType.FLOAT16;

        int signed(int at) {
            return stored[start + at];
        }

        int unsigned(int at) {
            return stored[start + at] & 0xff;
        }

        int word(int at) {
            return unsigned(at) | unsigned(at + 1) << 8 | unsigned(at + 2) << 16 | unsigned(at + 3) << 24;
        }

        float half(int at) {
            return HALF.number((short) (unsigned(at) | unsigned(at + 1) << 8));
        }

        /** Number i of 32 that lie in the low and then in the high halves of 16 bytes. */
        int nibble(int at, int i) {
            return unsigned(at + i % 16) >>> 4 * (i / 16) & 15;
        }

        /** The scale of a group of a K type: 6 bits of the 12 bytes at an offset. */
        int scale(int at, int group) {
            return group < 4
                    ? unsigned(at + group) & 63
                    : unsigned(at + 4 + group) & 15 | unsigned(at + group - 4) >>> 6 << 4;
        }

        /** What a group of a K type is lowered by, in the same way. */
        int minimum(int at, int group) {
            return group < 4
                    ? unsigned(at + 4 + group) & 63
                    : unsigned(at + 4 + group) >>> 4 | unsigned(at + group) >>> 6 << 4;
        }
    }
}
