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
package io.github.tribuollm.uncertainty.statistics;

/** Resampling with replacement of what was observed independently of each other. */
public sealed interface Bootstrap permits ClusterBootstrap, CrossedBootstrap {
    /** {@return the number of resamples} */
    int resamples();

    /**
     * How often each unit is in a resample.
     *
     * @param units the number of units
     * @param resample the number of the resample, from 0
     */
    int[] copies(int units, int resample);

    /**
     * A statistic with its interval.
     *
     * @param units the number of units
     * @param statistic a statistic of them
     * @return the estimate; its interval is undefined if the statistic is undefined for the data or for any resample
     */
    Estimate estimate(int units, ClusterStatistic statistic);
}
