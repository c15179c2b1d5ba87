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
package io.github.tribuollm.llm;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.progress.Numbers;
import java.util.Map;
import java.util.stream.Collectors;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.impl.EmptyTrainerProvenance;

/** How a model was made, in a few words. */
final class ModelSummary {
    private static final String OBJECTIVE = "objective";

    private ModelSummary() {}

    /** The objective and the size of the data; or that the model is as its files were, and was not trained here. */
    static String of(ModelProvenance provenance) {
        if (provenance.getTrainerProvenance() instanceof EmptyTrainerProvenance) {
            return "read from files, not trained here";
        }
        Provenance objective =
                provenance.getTrainerProvenance().getConfiguredParameters().get(OBJECTIVE);
        String trainer = objective instanceof ConfiguredObjectProvenance configured
                ? made(configured)
                : provenance.getTrainerProvenance().getClassName();
        return "trained by " + trainer + ", on "
                + Numbers.counted(provenance.getDatasetProvenance().getNumExamples(), "sequence");
    }

    /** The component that a provenance describes, as it prints itself, or by its class where it cannot be made here. */
    private static String made(ConfiguredObjectProvenance provenance) {
        try {
            ConfigurationManager configuration = new ConfigurationManager();
            configuration.addConfiguration(ProvenanceUtil.extractConfiguration(provenance));
            ProvenanceUtil.ProvenanceOrdering order = ProvenanceUtil.orderProvenances(provenance);
            String name = ProvenanceUtil.computeName(provenance, order.provenanceTracker.get(provenance));
            return configuration.lookup(name).toString();
        } catch (RuntimeException e) { // such as a cached teacher's file that is gone: a summary has no use for it
            return named(provenance);
        }
    }

    /** An objective by its terms, of which one may be of a class that only a notebook's cell knows; else the class. */
    private static String named(ConfiguredObjectProvenance provenance) {
        Map<String, Provenance> fields = provenance.getConfiguredParameters();
        if (fields.get("terms") instanceof ListProvenance<?> terms) {
            return terms.getList().stream()
                    .map(term -> made((ConfiguredObjectProvenance) term))
                    .collect(Collectors.joining(" + "));
        }
        if (fields.get("target") instanceof ConfiguredObjectProvenance target
                && fields.get("weight") instanceof ConfiguredObjectProvenance weight) {
            return made(target) + " on " + made(weight);
        }
        return provenance.getClassName().replaceAll(".*[.$]", "");
    }
}
