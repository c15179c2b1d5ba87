package io.github.tribuollm.llm.generation.sampling;

import io.github.tribuollm.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Token ids as settings hold them. */
final class TokenIds {
    private static final String WRITTEN = "\\d{1,9}( \\d{1,9})*";

    private TokenIds() {}

    static List<Integer> list(String field, int... ids) {
        return Arrays.stream(Settings.requireGiven(field, ids)).boxed().toList();
    }

    static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A sequence as text: {@code 12 7 401}. */
    static String written(int... ids) {
        return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    static boolean areWritten(String text) {
        return text.matches(WRITTEN);
    }

    static int[] read(String written) {
        return Arrays.stream(written.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
