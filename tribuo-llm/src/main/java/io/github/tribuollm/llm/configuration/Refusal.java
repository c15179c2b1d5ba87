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
package io.github.tribuollm.llm.configuration;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.runtime.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Why a component refused its values: what it said itself, below all that OLCUT and the components around it wrapped
 * about it.
 *
 * @param types the classes whose {@code postConfig} was at work: the component's, and those of the parts that it made
 *     itself; empty if OLCUT refused
 * @param field the field; empty if several are at fault
 * @param message what is wrong
 */
public record Refusal(List<String> types, String field, String message) {
    private static final String WRAPPED = "Exception thrown by postConfig";

    /**
     * What is below a failure.
     *
     * @param failure what OLCUT threw
     * @return what the component said
     */
    public static Refusal of(PropertyException failure) {
        PropertyException innermost = failure;
        Throwable root = failure;
        for (Throwable t = failure; t != null && !(root instanceof UserException); t = t.getCause()) {
            root = t;
            if (t instanceof PropertyException inner) {
                innermost = inner;
            }
        }
        return new Refusal(
                atWork(root), innermost.getProperty() == null ? "" : innermost.getProperty(), message(innermost, root));
    }

    private static List<String> atWork(Throwable root) {
        return Arrays.stream(root.getStackTrace())
                .filter(frame -> frame.getMethodName().equals("postConfig"))
                .map(StackTraceElement::getClassName)
                .toList();
    }

    private static String message(PropertyException innermost, Throwable root) {
        String said = innermost.getMsg() == null ? "cannot be used" : innermost.getMsg();
        return root != innermost && said.contains(WRAPPED)
                ? String.valueOf(root.getMessage())
                : said.replaceAll(" \\(caused by [^)]*\\)$", "");
    }

    /** Whether a component of a class can be the one that refused. */
    boolean isOf(Class<? extends Configurable> completionToken) {
        for (Class<?> c = completionToken; c != null; c = c.getSuperclass()) {
            if (types.contains(c.getName())) {
                return true;
            }
        }
        return false;
    }

    boolean sameAs(Optional<PropertyException> other) {
        return other.map(Refusal::of).filter(this::equals).isPresent();
    }

    ConfigurationException at(Declared component) {
        return field.isEmpty() ? component.problem(message) : component.problem(field, message);
    }
}
