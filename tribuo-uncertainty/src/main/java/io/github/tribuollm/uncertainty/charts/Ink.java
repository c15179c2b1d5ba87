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

import java.awt.BasicStroke;
import java.awt.Color;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How one series is drawn. Each has its own colour (of the set by Okabe and Ito, which colour-blind people can tell
 * apart), marker and, after the first half of them, dashes.
 *
 * @param colour of lines and markers
 * @param marker of points
 * @param stroke of lines
 */
record Ink(Color colour, Marker marker, BasicStroke stroke) {
    private static final int[] COLOURS = {0x0072b2, 0xd55e00, 0x009e73, 0xa6498a, 0x56b4e9, 0xb37800};
    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.SQUARE,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS
    };

    /** The most series that one chart tells apart. */
    static final int COUNT = COLOURS.length;

    /**
     * {@return the ink of a series}
     *
     * @param series from 0
     * @throws IllegalArgumentException beyond {@link #COUNT} series
     */
    static Ink of(int series) {
        if (series >= COUNT) {
            throw new IllegalArgumentException(
                    "a chart shows at most " + COUNT + " series that can be told apart; make several charts");
        }
        BasicStroke stroke = series < COUNT / 2 ? SeriesLines.SOLID : SeriesLines.DASH_DASH;
        return new Ink(new Color(COLOURS[series]), MARKERS[series], stroke);
    }

    /** {@return the colour, nearly transparent} */
    Color wash() {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 40);
    }
}
