package io.bridgehead.cli;

import io.bridgehead.app.ManifestProblems;
import io.bridgehead.app.ProblemRow;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A problem that {@code validate} tells.
 *
 * @param key such as {@code spec.ports[0].listener}; empty when the file as a whole, or a file that it names, is meant
 * @param found the value; null when something is missing, or when it is said in the line alone
 * @param expected null when it is said in the line alone
 * @param line the whole, for people
 */
record Finding(
        Place place,
        String key,
        @Nullable String found,
        @Nullable String expected,
        @Nullable String hint,
        String line) {
    static Finding of(Problem problem) {
        return new Finding(
                problem.place(),
                problem.path(),
                problem.value(),
                problem.expected(),
                problem.hint(),
                problem.toString());
    }

    static Finding of(ManifestProblems.Told told) {
        return new Finding(told.place(), told.path(), null, null, null, told.toString());
    }

    /** What is wrong with a file that a gateway.yaml names. */
    static Finding of(Path config, String line) {
        return new Finding(Place.of(config.toString()), "", null, null, null, line);
    }

    /** All fields, always; null for what is not known. */
    JsonObject json() {
        return ProblemRow.of(place, key, found, expected, hint, line);
    }
}
