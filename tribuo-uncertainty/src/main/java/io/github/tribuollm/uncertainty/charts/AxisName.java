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
package io.github.tribuollm.uncertainty.charts;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import org.knowm.xchart.AnnotationText;

/**
 * A name at the foot of a chart. Those of one height stand on one line; the library's own annotations are centred by
 * their letters, so that a name with a descender would stand lower.
 */
final class AxisName extends AnnotationText {
    static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 20);

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, false);
    private static final double CAPITAL = height("X");

    private final double lower;

    AxisName(String text, double x, double y) {
        super(text, x, y, false);
        this.lower = (CAPITAL - height(text)) / 2;
    }

    @Override
    public void paint(Graphics2D graphics) {
        graphics.translate(0, lower);
        super.paint(graphics);
        graphics.translate(0, -lower);
    }

    private static double height(String text) {
        return text.isBlank()
                ? 0
                : new TextLayout(text, FONT, CONTEXT)
                        .getOutline(null)
                        .getBounds2D()
                        .getHeight();
    }
}
