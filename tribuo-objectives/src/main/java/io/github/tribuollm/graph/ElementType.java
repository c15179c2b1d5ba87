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
package io.github.tribuollm.graph;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** The element types a {@link Tensor} may have. */
public enum ElementType {
    /** IEEE single precision. */
    FLOAT(OnnxMl.TensorProto.DataType.FLOAT, 4),
    /** IEEE half precision: 11 significant bits, up to 65504. */
    FLOAT16(OnnxMl.TensorProto.DataType.FLOAT16, 2),
    /** The upper half of single precision: 8 significant bits. */
    BFLOAT16(OnnxMl.TensorProto.DataType.BFLOAT16, 2),
    /** Signed 64-bit integers: token ids, indices, shapes. */
    INT64(OnnxMl.TensorProto.DataType.INT64, 8),
    /** Signed 32-bit integers: lengths, where an operator wants them so. */
    INT32(OnnxMl.TensorProto.DataType.INT32, 4),
    /** Truth values. */
    BOOL(OnnxMl.TensorProto.DataType.BOOL, 1),
    /** Signed 8-bit integers: quantised weights. */
    INT8(OnnxMl.TensorProto.DataType.INT8, 1),
    /** Unsigned 8-bit integers: what is multiplied by quantised weights. */
    UINT8(OnnxMl.TensorProto.DataType.UINT8, 1);

    /** Numbers that are looked at together. */
    private static final int BLOCK = 1 << 16;

    private final OnnxMl.TensorProto.DataType onnx;
    private final int bytes;

    ElementType(OnnxMl.TensorProto.DataType onnx, int bytes) {
        this.onnx = onnx;
        this.bytes = bytes;
    }

    /**
     * The size of one element.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }

    /** {@return whether this is a 16-bit float} */
    public boolean isNarrow() {
        return this == FLOAT16 || this == BFLOAT16;
    }

    /** {@return whether this is an 8-bit integer} */
    boolean isByte() {
        return this == INT8 || this == UINT8;
    }

    /** {@return whether this is a float, of 16 or of 32 bits} */
    boolean isFloat() {
        return this == FLOAT || isNarrow();
    }

    /**
     * Rounds to this 16-bit float.
     *
     * @param value a number
     * @return the bits of the nearest number of this type, of the even one in a tie; infinity beyond the largest
     * @throws IllegalArgumentException if this is no 16-bit float
     */
    public short bits(float value) {
        return switch (this) {
            case FLOAT16 -> Narrowing.toFloat16(value);
            case BFLOAT16 -> Narrowing.toBFloat16(value);
            default -> throw new IllegalArgumentException(this + " is no 16-bit float");
        };
    }

    /**
     * Reads this 16-bit float.
     *
     * @param bits its bits
     * @return the number, exactly
     * @throws IllegalArgumentException if this is no 16-bit float
     */
    public float number(short bits) {
        return switch (this) {
            case FLOAT16 -> Narrowing.ofFloat16(bits);
            case BFLOAT16 -> Narrowing.ofBFloat16(bits);
            default -> throw new IllegalArgumentException(this + " is no 16-bit float");
        };
    }

    /**
     * Rounds a number.
     *
     * @param value a number
     * @return the nearest number of this float type, the even one in a tie; infinity beyond the largest
     * @throws IllegalArgumentException if this is no float
     */
    float rounded(float value) {
        return this == FLOAT ? value : number(bits(value));
    }

    /**
     * Looks for NaN and infinities.
     *
     * @param bytes numbers of this type, little endian, from position 0 to the capacity
     * @return the index of the first; empty if there is none, as among integers
     */
    public OptionalLong firstNotFinite(ByteBuffer bytes) {
        if (!isFloat()) {
            return OptionalLong.empty();
        }
        ByteBuffer numbers = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int count = numbers.capacity() / this.bytes;
        return IntStream.range(0, (count + BLOCK - 1) / BLOCK)
                .parallel()
                .filter(block -> !isFinite(numbers, block * BLOCK, Math.min(BLOCK, count - block * BLOCK)))
                .mapToLong(block -> firstNotFinite(numbers, block * BLOCK))
                .findFirst();
    }

    /**
     * Whether all of so many numbers are. Where all bits of an exponent are set, one more in its last place carries into
     * the sign; of two narrow numbers each has its own.
     */
    private boolean isFinite(ByteBuffer numbers, int from, int count) {
        int exponents = inEachHalf(exponent());
        int one = inEachHalf(Integer.lowestOneBit(exponent()));
        int[] words = new int[count * bytes / Integer.BYTES];
        numbers.slice(from * bytes, count * bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        int carried = 0;
        for (int word : words) {
            carried |= (word & exponents) + one;
        }
        boolean last = words.length * Integer.BYTES == count * bytes || isFinite(numbers, from + count - 1);
        return last && (carried & (isNarrow() ? 0x8000_8000 : 0x8000_0000)) == 0;
    }

    /** Of a narrow type, as two numbers lie in a word. */
    private int inEachHalf(int bits) {
        return isNarrow() ? bits << 16 | bits : bits;
    }

    /** The first of a block that has one. */
    private long firstNotFinite(ByteBuffer numbers, int from) {
        int at = from;
        while (isFinite(numbers, at)) {
            at++;
        }
        return at;
    }

    private boolean isFinite(ByteBuffer numbers, int index) {
        int bits = this == FLOAT ? numbers.getInt(index * bytes) : numbers.getShort(index * bytes);
        return (bits & exponent()) != exponent();
    }

    /** The bits of the exponent. */
    private int exponent() {
        return switch (this) {
            case FLOAT -> 0x7f80_0000;
            case BFLOAT16 -> 0x7f80;
            case FLOAT16 -> 0x7c00;
            default -> throw new IllegalArgumentException(this + " is no float");
        };
    }

    int onnxCode() {
        return onnx.getNumber();
    }
}
