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

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that act element by element, with numpy broadcasting where they take two tensors. */
final class Elementwise {
    private Elementwise() {}

    /** y = f(x). */
    enum Unary implements Operator {
        NEG("Neg") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.neg();
            }
        },
        EXP("Exp") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(y);
            }
        },
        LOG("Log") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.div(x);
            }
        },
        SQRT("Sqrt") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.div(y).mul(0.5f);
            }
        },
        ABS("Abs") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(x.sign());
            }
        },
        SIGN("Sign") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return null;
            }
        },
        COS("Cos") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(x.sin()).neg();
            }
        },
        SIN("Sin") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(x.cos());
            }
        },
        SIGMOID("Sigmoid") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(y).mul(y.neg().add(1));
            }
        },
        TANH("Tanh") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.mul(y.mul(y).neg().add(1));
            }
        },
        RELU("Relu") {
            @Override
            Tensor gradient(Tensor x, Tensor y, Tensor dy) {
                return dy.where(y.greater(0), 0);
            }
        };

        private final String type;

        Unary(String type) {
            this.type = type;
        }

        abstract Tensor gradient(Tensor x, Tensor y, Tensor dy);

        @Override
        public String type() {
            return type;
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            requireFloat(inputs);
            return List.of(inputs.get(0).type());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(gradient(inputs.get(0), outputs.get(0), gradient));
        }
    }

    /** y = f(a, b), broadcast. */
    enum Binary implements Operator {
        ADD("Add") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy, dy);
            }
        },
        SUB("Sub") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy, dy.neg());
            }
        },
        MUL("Mul") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy.mul(b), dy.mul(a));
            }
        },
        DIV("Div") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy.div(b), dy.mul(y).div(b).neg());
            }
        },
        MAX("Max") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy.where(a.greater(b), 0), dy.where(a.greater(b).not(), 0));
            }
        },
        MIN("Min") {
            @Override
            List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy) {
                return List.of(dy.where(b.greater(a), 0), dy.where(b.greater(a).not(), 0));
            }
        };

        private final String type;

        Binary(String type) {
            this.type = type;
        }

        abstract List<Tensor> gradients(Tensor a, Tensor b, Tensor y, Tensor dy);

        @Override
        public String type() {
            return type;
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            requireSameElement(inputs);
            if (inputs.get(0).type().element() == ElementType.BOOL) {
                throw new IllegalArgumentException("truth values are no numbers");
            }
            return List.of(broadcast(inputs.get(0).type().element(), inputs.get(0), inputs.get(1)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            Tensor a = inputs.get(0);
            Tensor b = inputs.get(1);
            if (!a.type().element().isFloat()) {
                return Arrays.asList(null, null);
            }
            List<Tensor> full = gradients(a, b, outputs.get(0), gradient);
            return List.of(full.get(0).sumTo(a.shape()), full.get(1).sumTo(b.shape()));
        }
    }

    /** A truth value for each element. */
    record Comparison(String type) implements Operator {
        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            requireSameElement(inputs);
            return List.of(broadcast(ElementType.BOOL, inputs.get(0), inputs.get(1)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(null, null);
        }
    }

    /** The negation of truth values. */
    record Not() implements Operator {
        @Override
        public String type() {
            return "Not";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(inputs.get(0).type());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList((Tensor) null);
        }
    }

    /** y = x, a value of its own. */
    record Identity() implements Operator {
        @Override
        public String type() {
            return "Identity";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(inputs.get(0).type());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return List.of(gradient);
        }
    }

    /** condition ? a : b, broadcast. */
    record Where() implements Operator {
        @Override
        public String type() {
            return "Where";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            if (inputs.get(0).type().element() != ElementType.BOOL) {
                throw new IllegalArgumentException("the condition must hold truth values");
            }
            requireSameElement(inputs.subList(1, 3));
            Shape shape = inputs.get(0)
                    .shape()
                    .broadcast(inputs.get(1).shape())
                    .broadcast(inputs.get(2).shape());
            return List.of(new TensorType(inputs.get(1).type().element(), shape));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            Tensor condition = inputs.get(0);
            return Arrays.asList(
                    null,
                    gradient.where(condition, 0).sumTo(inputs.get(1).shape()),
                    gradient.where(condition.not(), 0).sumTo(inputs.get(2).shape()));
        }
    }

    /** A conversion between element types; a gradient passes only from float to float. */
    record Cast(ElementType to) implements Operator {
        @Override
        public String type() {
            return "Cast";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("to", (long) to.onnxCode());
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(new TensorType(to, inputs.get(0).shape()));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            ElementType from = inputs.get(0).type().element();
            return Arrays.asList(from.isFloat() ? gradient.to(from) : null);
        }
    }

    /** Floats of one type. */
    static void requireFloat(List<Tensor> inputs) {
        ElementType element = inputs.get(0).type().element();
        if (!element.isFloat() || inputs.stream().anyMatch(t -> t.type().element() != element)) {
            throw new IllegalArgumentException("needs inputs of one float type");
        }
    }

    /** Floats of 32 bits, for what would lose too much in 16. */
    static void requireFloat32(List<Tensor> inputs) {
        if (inputs.stream().anyMatch(t -> t.type().element() != ElementType.FLOAT)) {
            throw new IllegalArgumentException("needs float32 inputs; use toFloat()");
        }
    }

    private static void requireSameElement(List<Tensor> inputs) {
        if (inputs.get(0).type().element() != inputs.get(1).type().element()) {
            throw new IllegalArgumentException("element types differ");
        }
    }

    private static TensorType broadcast(ElementType element, Tensor a, Tensor b) {
        return new TensorType(element, a.shape().broadcast(b.shape()));
    }
}
