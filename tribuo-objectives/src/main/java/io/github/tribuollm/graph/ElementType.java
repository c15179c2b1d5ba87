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

/** The element types a {@link Tensor} may have. */
public enum ElementType {
    /** IEEE single precision. */
    FLOAT(OnnxMl.TensorProto.DataType.FLOAT, 4),
    /** IEEE half precision: storage of weights, widened where they are used. */
    FLOAT16(OnnxMl.TensorProto.DataType.FLOAT16, 2),
    /** The upper half of single precision: storage of weights, widened where they are used. */
    BFLOAT16(OnnxMl.TensorProto.DataType.BFLOAT16, 2),
    /** Signed 64-bit integers: token ids, indices, shapes. */
    INT64(OnnxMl.TensorProto.DataType.INT64, 8),
    /** Truth values. */
    BOOL(OnnxMl.TensorProto.DataType.BOOL, 1);

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

    int onnxCode() {
        return onnx.getNumber();
    }
}
