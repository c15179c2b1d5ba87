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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.IntBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that counts what is read of it.
 *
 * @param file where it reads
 * @param elements the elements that were read of each tensor
 */
record CountedFile(TensorFile file, Map<String, Long> elements) {
    static CountedFile of(TensorFile file) {
        return new CountedFile(file, new ConcurrentHashMap<>());
    }

    /** {@return the same file, counting} */
    TensorFile counting() {
        return (TensorFile) Proxy.newProxyInstance(
                TensorFile.class.getClassLoader(), new Class<?>[] {TensorFile.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        long count = ((IntBuffer) arguments[2]).remaining();
                        elements.merge((String) arguments[0], count, Long::sum);
                    }
                    try {
                        return method.invoke(file, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
