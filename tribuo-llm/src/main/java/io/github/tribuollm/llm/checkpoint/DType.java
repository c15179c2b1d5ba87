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

import java.util.Arrays;
import java.util.Optional;

/** The element types of the safetensors format, under the names that the format uses. */
public enum DType {
    /** 64-bit IEEE float. */
    F64(8),
    /** 64-bit signed integer. */
    I64(8),
    /** 64-bit unsigned integer. */
    U64(8),
    /** 32-bit IEEE float. */
    F32(4),
    /** 32-bit signed integer. */
    I32(4),
    /** 32-bit unsigned integer. */
    U32(4),
    /** 16-bit IEEE float. */
    F16(2),
    /** 16-bit brain float: the upper half of an {@link #F32}. */
    BF16(2),
    /** 16-bit signed integer. */
    I16(2),
    /** 16-bit unsigned integer. */
    U16(2),
    /** 8-bit float, 4 exponent and 3 mantissa bits. */
    F8_E4M3(1),
    /** 8-bit float, 5 exponent and 2 mantissa bits. */
    F8_E5M2(1),
    /** 8-bit signed integer. */
    I8(1),
    /** 8-bit unsigned integer. */
    U8(1),
    /** One byte a truth value. */
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return the size of one element, in bytes} */
    int bytes() {
        return bytes;
    }

    /** {@return whether this type widens exactly to 32-bit floats: F32, F16 or BF16} */
    public boolean widensToFloat32() {
        return this == F32 || this == F16 || this == BF16;
    }

    /**
     * The name that {@code config.json} uses for this type in {@code torch_dtype}.
     *
     * @return {@code float32}, {@code float16} or {@code bfloat16}
     * @throws IllegalArgumentException for any other type
     */
    String torchName() {
        return switch (this) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> throw new IllegalArgumentException(this + " is not a type that checkpoints are written in");
        };
    }

    static Optional<DType> named(String name) {
        return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
    }
}
